/** What a party opens by publishing alone, when its words name files that another has named before. */
import { afterEach, expect, it } from "vitest";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { readTar } from "@countersign/core/bundle/tar.ts";
import { verifyBundle } from "@countersign/core/bundle/verify.ts";
import { readStatement } from "@countersign/core/channel/statement.ts";
import { kinds } from "@countersign/core/kinds.ts";
import { foundTestCircle, letterTo, must, type TestCircle } from "./_circle.ts";
import { HostileNode } from "./_hostile-node.ts";
import { nativeVerify } from "./signing.ts";

let circle: TestCircle;
afterEach(async () => circle.close());

it("R17 an observer gets the body file that a party publishes in words of its own, and no ciphertext of another's attachment", async () => {
  circle = await foundTestCircle(["aurelia", "borealis"], ["lookout"]);
  const { channel } = circle;
  const [a, b, lookout] = [await circle.start("aurelia"), await circle.start("borealis"), await circle.start("lookout")];
  await circle.exchange(a, b);
  const file = (words: string) => ({ name: "annex.txt", type: "text/plain", data: toBase64(encodeUtf8(words)) });
  const said = must(await b.say(channel, letterTo("aurelia", "with a body file", [file("for both")])));
  const sealed = must(await b.say(channel, letterTo("aurelia", "with an attachment", [{ ...file("for one"), readers: ["borealis"] }])));
  await circle.exchange(a, b);
  const [body, cipher] = [said.id, sealed.id].map((id) => {
    const { sha256, size, type, name } = a.state(channel).get(id)?.files[0] ?? expect.fail("no file");
    return { sha256, size, type, name };
  });
  if (body === undefined || cipher === undefined) return expect.fail("no files");
  const hostile = await HostileNode.behind(circle, a);
  const entries = await hostile.ownEntries();
  const letter = await hostile.letterAfter(entries, { files: [body, cipher] });
  const { id } = must(readStatement(letter));
  const paper = { on: "2027-03-11", title: { en: "t" }, summary: { en: "s" }, of: [id], by: { party: "aurelia" }, sources: [], confirmed: true };
  const published = [...entries, letter];
  hostile.show(await hostile.logOf([...published, await hostile.letterAfter(published, { kind: "publication", body: paper })]));
  for (let round = 0; round < 3; round += 1) await circle.exchange(b, lookout);
  expect(b.state(channel).inert).toEqual([]);
  expect([body, cipher].map(({ sha256 }) => lookout.record(channel).files.has(sha256))).toEqual([true, false]);
  for (const node of [b, lookout]) {
    const bytes = must(await node.bundle(channel, { extent: "released" }));
    expect(readTar(bytes).members.flatMap(({ path }) => (path.startsWith("files/") ? [path] : []))).toEqual([`files/${body.sha256}`]);
    expect(await verifyBundle(bytes, { verify: nativeVerify, kinds })).toMatchObject({ ok: true, problems: [] });
  }
});
