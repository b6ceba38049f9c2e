import { afterEach, describe, expect, it } from "vitest";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { decodeUtf8, encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { toHex } from "@countersign/core/bytes/hex.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import { forge } from "@countersign/core/bundle/_forge.ts";
import { readTar } from "@countersign/core/bundle/tar.ts";
import { verifyBundle } from "@countersign/core/bundle/verify.ts";
import { writeReleasedBundle } from "@countersign/core/bundle/write.ts";
import { isAttachment } from "@countersign/core/channel/attachment.ts";
import { decodeBundle } from "@countersign/core/log/tiles.ts";
import { kinds } from "@countersign/core/kinds.ts";
import { call } from "@countersign/wire/client.ts";
import { endpoints } from "@countersign/wire/endpoints.ts";
import { foundTestCircle, letterTo, must, type TestCircle } from "./_circle.ts";
import { HostileNode } from "./_hostile-node.ts";
import { readSoundBundle } from "./import-bundle.ts";
import type { CountersignNode } from "./node.ts";
import { nativeVerify } from "./signing.ts";

let circle: TestCircle;
afterEach(async () => circle.close());

const textFile = (name: string, text: string, readers?: string[]) => ({
  name,
  type: "text/plain",
  data: toBase64(encodeUtf8(text)),
  ...(readers === undefined ? {} : { readers }),
});
const partsOf = (bundle: Uint8Array) => readTar(bundle).members.map(({ path }) => path);
const verdict = (bundle: Uint8Array) => verifyBundle(bundle, { verify: nativeVerify, kinds });

/** Aurelia releases one letter with Borealis, publishes another alone, and keeps a third; each has a body file and an attachment. */
async function written(aurelia: CountersignNode, borealis: CountersignNode) {
  const { channel } = circle;
  await circle.exchange(aurelia, borealis);
  const letter = async (name: string) =>
    must(
      await aurelia.say(
        channel,
        letterTo("borealis", name, [textFile(`${name}.txt`, `annex of ${name}`), textFile(`${name}-secret.txt`, `secret of ${name}`, ["borealis"])]),
      ),
    );
  const released = await letter("released");
  const published = await letter("published");
  const kept = await letter("kept");
  await circle.exchange(aurelia, borealis);
  for (const node of [aurelia, borealis])
    must(await node.say(channel, { kind: "release", body: { statements: [released.id] }, files: [] }));
  const publication = must(
    await aurelia.say(channel, {
      kind: "publication",
      body: { on: "2027-03-11", title: { en: "P" }, summary: { en: "S" }, of: [published.id], by: { party: "aurelia" }, sources: [], confirmed: true },
      files: [],
    }),
  );
  await circle.exchange(aurelia, borealis);
  return { released, published, kept, publication };
}

describe("what was released", () => {
  it("R17 R18 goes from a party into a file for an observer: with its proofs and body files, and nothing else", async () => {
    circle = await foundTestCircle(["aurelia", "borealis"], ["lookout"]);
    const { channel } = circle;
    const aurelia = await circle.start("aurelia");
    const borealis = await circle.start("borealis");
    const { released, published, kept, publication } = await written(aurelia, borealis);
    const bundles = await Promise.all([aurelia, borealis].map(async (node) => must(await node.bundle(channel, { extent: "released", asOf: "record" }))));
    for (const bundle of bundles) {
      const shown = [released, published, publication].map(({ index }) => `released/aurelia/${index}`);
      expect(partsOf(bundle).filter((path) => path.startsWith("released/"))).toEqual(shown);
      const files = ["annex of published", "annex of released"].map((text) => `files/${toHex(sha256(encodeUtf8(text)))}`);
      expect(partsOf(bundle).filter((path) => path.startsWith("files/"))).toEqual(files.toSorted());
      expect(partsOf(bundle).some((path) => path.includes("/tile/entries/"))).toBe(false);
      const read = await verdict(bundle);
      expect(read).toMatchObject({ ok: true, statements: 3, problems: [], findings: [] });
      // What one published alone is marked, and what is kept from its reader is said.
      const notes = new Map(read.observations.map(({ code, where, text }) => [code, { where, text }]));
      expect(notes.get("published-alone")).toEqual({ where: `aurelia ${published.index}`, text: expect.stringContaining(`in its entry ${publication.index}`) });
      expect(notes.get("attachments-withheld")?.text).toMatch(/^2 attachments are for named readers alone/);
      expect(read.observations.filter(({ code }) => code === "published-alone")).toHaveLength(1);
    }
    // What it brought by hand is what an observer pulls.
    const lookout = await circle.start("lookout", { peers: [] });
    must(await lookout.importBundle(channel, must(await readSoundBundle(bundles[0] ?? new Uint8Array(0))), "aurelia"));
    const observed = must(await lookout.bundle(channel));
    const parts = partsOf(observed);
    expect((await verdict(observed)).observations.map(({ code }) => code)).toContain("published-alone");
    for (const { index } of [released, published, publication]) expect(parts).toContain(`released/aurelia/${index}`);
    expect(parts).not.toContain(`released/aurelia/${kept.index}`);
    expect(parts.filter((path) => path.startsWith("files/"))).toHaveLength(2);
  });

  it("R6 R18 a whole bundle has the ciphertexts that are held, one without attachments has none, and both are whole", async () => {
    circle = await foundTestCircle(["aurelia", "borealis"]);
    const { channel } = circle;
    const aurelia = await circle.start("aurelia");
    const borealis = await circle.start("borealis");
    await written(aurelia, borealis);
    const secrets = aurelia.state(channel).all.flatMap(({ files }) => files.filter(isAttachment).map(({ sha256: hash }) => `files/${hash}`));
    const whole = must(await borealis.bundle(channel, { asOf: "record" }));
    const without = must(await borealis.bundle(channel, { asOf: "record", withoutAttachments: true }));
    expect(secrets).toHaveLength(3);
    expect(partsOf(whole)).toEqual(expect.arrayContaining(secrets));
    expect(partsOf(without).filter((path) => secrets.includes(path))).toEqual([]);
    expect(partsOf(without)).toEqual(partsOf(whole).filter((path) => !secrets.includes(path)));
    for (const bundle of [whole, without]) expect(await verdict(bundle)).toMatchObject({ ok: true, problems: [], inert: [] });
    expect((await verdict(whole)).observations).toEqual([{ code: "attachments-closed", where: "", text: expect.stringMatching(/^3 attachments are here only as ciphertext/) }]);
    expect((await verdict(without)).observations.map(({ code }) => code)).toEqual(["attachment-missing", "attachment-missing", "attachment-missing"]);
  });

  it("R14 R17 goes by no party's word alone that it changes keys: an entry that changes none is not shown", async () => {
    circle = await foundTestCircle(["aurelia", "borealis"], ["lookout"]);
    const { channel } = circle;
    const [aurelia, borealis, lookout] = [await circle.start("aurelia"), await circle.start("borealis"), await circle.start("lookout")];
    await circle.exchange(aurelia, borealis);
    const hostile = await HostileNode.behind(circle, aurelia);
    await hostile.append({ kind: "key-change", body: { add: [], retire: [], also: "what the others have not released" } });
    await circle.exchange(borealis, lookout);
    const entries = borealis.record(channel).logs.get("aurelia")?.entries ?? [];
    expect(entries.at(-1)?.problem?.code).toBe("entry-not-by-root");
    const bundle = must(await borealis.bundle(channel, { extent: "released" }));
    expect(partsOf(bundle).filter((path) => path.startsWith("released/"))).toEqual([]);
    const shown = must(await call(endpoints.record, { channel }, {}, { base: circle.seat("lookout").base }));
    expect(shown.logs.map(({ released }) => released)).toEqual([[], []]);
  });

  it("R6 R18 a bundle of what was released is not whole with an attachment in it", async () => {
    circle = await foundTestCircle(["aurelia", "borealis"]);
    const { channel, charter } = circle;
    const aurelia = await circle.start("aurelia");
    const borealis = await circle.start("borealis");
    const { released } = await written(aurelia, borealis);
    const secret = aurelia.state(channel).get(released.id)?.files.find(isAttachment);
    const ciphertext = await aurelia.logs(channel).file(secret?.sha256 ?? "", "party");
    const { logs, files } = aurelia.record(channel);
    const log = logs.get("aurelia");
    const head = decodeUtf8((await aurelia.logs(channel).checkpoint("aurelia")) ?? new Uint8Array(0)) ?? "";
    const entry = (await aurelia.logs(channel).tile("aurelia", { level: "entries", number: 0, width: log?.tree.size ?? 0 })) ?? new Uint8Array(0);
    const leaf = must(decodeBundle(entry, log?.tree.size ?? 0))[released.index] ?? new Uint8Array(0);
    if (log === undefined || ciphertext === undefined) throw new Error("not held");
    const bundle = must(
      writeReleasedBundle({ charter, asOf: circle.clock.now(), files: new Map([...files, [secret?.sha256 ?? "", ciphertext]]), logs: [{ party: "aurelia", head, tree: log.tree, entries: new Map([[released.index, leaf]]) }] }),
    );
    expect((await verdict(bundle)).problems).toEqual([]);
    const forged = forge(bundle, (parts) => parts.set(`files/${secret?.sha256 ?? ""}`, ciphertext));
    expect((await verdict(forged)).problems.map(({ code }) => code)).toEqual(["attachment-released"]);
  });

  it("R6 R18 attachments come with a bundle that is taken in", async () => {
    circle = await foundTestCircle(["aurelia", "borealis"]);
    const { channel } = circle;
    const aurelia = await circle.start("aurelia", { peers: [] });
    const borealis = await circle.start("borealis", { peers: [] });
    const carry = async (from: CountersignNode, to: CountersignNode, withoutAttachments = false) =>
      must(await to.importBundle(channel, must(await readSoundBundle(must(await from.bundle(channel, { withoutAttachments })))), from.id));
    await carry(aurelia, borealis);
    await carry(borealis, aurelia);
    await carry(aurelia, borealis);
    const { id } = must(await aurelia.say(channel, letterTo("borealis", "By hand", [textFile("plan.txt", "by hand", ["borealis"])])));
    await carry(aurelia, borealis, true);
    const [file] = borealis.state(channel).get(id)?.files ?? [];
    const held = async () => (await borealis.logs(channel).file(file?.sha256 ?? "", "party"))?.length;
    expect(await held()).toBeUndefined();
    await carry(aurelia, borealis);
    expect(await held()).toBe(file?.size);
  });
});
