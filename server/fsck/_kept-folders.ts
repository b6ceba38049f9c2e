/** For checks of folders: a party's folder and an observer's with every kind of file that a node keeps, of as few statements as that takes. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { call } from "@countersign/wire/client.ts";
import { endpoints } from "@countersign/wire/endpoints.ts";
import { closedDoor, foundTestCircle, letterTo, must, type TestCircle } from "../_circle.ts";
import { cheat, otherLog } from "../mirror/_other-log.ts";
import { PromisedHeads } from "../mirror/promised-heads.ts";
import type { CountersignNode } from "../node.ts";
import { DiskStore } from "../objects/disk.ts";
import type { CheckedFolderOptions } from "./check-folder.ts";

export interface KeptFolders {
  readonly circle: TestCircle;
  /** Two statements, one of each party: what a record begins with. */
  readonly small: CheckedFolderOptions;
  /** Beside them files, a draft, a seal, another party's log in two versions with the proof, and a third's with a head that came in part. */
  readonly full: CheckedFolderOptions;
  readonly observer: CheckedFolderOptions;
}

export async function keptFolders(): Promise<KeptFolders> {
  const circle = await foundTestCircle(["aurelia", "borealis", "corvia"], ["lookout"]);
  const pair = await foundTestCircle(["aurelia", "borealis"]);
  const [one, other] = [await pair.start("aurelia", { acknowledges: false }), await pair.start("borealis", { acknowledges: false })];
  await pair.exchange(one, other);
  for (const node of [one, other]) await node.close();

  const { channel } = circle;
  const parties = ["aurelia", "borealis", "corvia"];
  const [aurelia, borealis, corvia] = [await circle.start("aurelia"), await circle.start("borealis"), await circle.start("corvia")];
  const lookout = await circle.start("lookout");
  await circle.exchange(aurelia, borealis, corvia);
  const file = { name: "map.txt", type: "text/plain", data: toBase64(encodeUtf8("a map")) };
  const letter = must(await borealis.say(channel, letterTo("aurelia", "a letter", [file, { ...file, name: "secret.txt", readers: ["aurelia"] }])));
  must(
    await borealis.say(channel, {
      kind: "publication",
      body: { on: "2027-03-11", title: { en: "P" }, summary: { en: "S" }, of: [letter.id], by: { party: "borealis" }, sources: [], confirmed: true },
      files: [],
    }),
  );
  must(await aurelia.seal(channel));
  const { base } = circle.seat("aurelia");
  must(await call(endpoints.saveDraft, { channel }, { id: "draft", kind: "letter", title: { en: "D" }, body: {} }, { base }));
  await circle.exchange(aurelia, borealis, corvia, lookout);
  await aurelia.close();
  const { index } = must(await corvia.say(channel, letterTo("borealis", "one story")));
  await circle.exchange(borealis);
  circle.seat("borealis").answer = closedDoor;
  cheat(circle, corvia, await otherLog(circle, corvia, index, index + 1), ({ id }) => id === "aurelia");
  const again = await circle.start("aurelia");
  await circle.exchange(again);
  circle.seat("borealis").answer = (request) => borealis.app.fetch(request);
  await circle.exchange(again);
  await keepPromise(circle, again, borealis);
  for (const node of [again, borealis, corvia, lookout]) await node.close();

  const optionsOf = (of: TestCircle, id: string): CheckedFolderOptions => ({
    self: id,
    directory: of.seat(id).directory,
    channels: [{ id: of.channel, charter: of.charter }],
    peers: parties.filter((peer) => peer !== id && of.charter.parties.some((party) => party.id === peer)),
  });
  const { directory } = circle.seat("aurelia");
  await mkdir(join(directory, "logs", channel, ".temporary"), { recursive: true });
  await writeFile(join(directory, "logs", channel, ".temporary", "half-written"), "half");
  return {
    circle: { ...circle, close: async () => void (await Promise.all([circle.close(), pair.close()])) },
    small: optionsOf(pair, "aurelia"),
    full: optionsOf(circle, "aurelia"),
    observer: optionsOf(circle, "lookout"),
  };
}

/** As if the newest entry of the other's log had not come whole. */
async function keepPromise(circle: TestCircle, node: CountersignNode, of: CountersignNode): Promise<void> {
  const { channel, charter } = circle;
  const held = node.record(channel).logs.get(of.id)?.tree;
  const party = charter.parties.find(({ id }) => id === of.id);
  if (held === undefined || party === undefined) throw new Error(`no copy of ${of.id}`);
  const { head, tree } = await otherLog(circle, of, held.size, held.size + 1);
  if (head === undefined) throw new Error("an empty log");
  const store = await DiskStore.open(join(circle.seat(node.id).directory, "logs", channel));
  const promised = await PromisedHeads.open(store, new Map([[of.id, { logKey: party.keys.log, tree: held }]]));
  await promised.keep(of.id, { opened: head, tree });
  await store.close();
}
