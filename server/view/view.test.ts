import { expect, test } from "vitest";
import { SmallRecord } from "@countersign/core/bundle/_small-record.ts";
import { foldRecord } from "@countersign/core/channel/fold.ts";
import { KeyRing } from "@countersign/core/channel/key-ring.ts";
import { placed, readEntries } from "@countersign/core/channel/record.ts";
import { kinds } from "@countersign/core/kinds.ts";
import { leafHash, MerkleTree } from "@countersign/core/log/merkle.ts";
import { View } from "./view.ts";

test("R11 of a body that says nothing to this version nothing is kept, and the reason is the one that the body gives", async () => {
  const small = await new SmallRecord().begin();
  const flood = { a: Array.from({ length: 15_000 }, () => []) };
  await small.say("aurelia", "whatever", flood as never);
  await small.say("aurelia", "letter", flood as never);
  await small.say("aurelia", "release", { statements: ["00".repeat(32)], ["x".repeat(40_000)]: 1 } as never);
  await small.say("aurelia", "release", { statements: ["00".repeat(32)] });
  const view = new View(small.channel, small.charter, () => undefined);
  const logs = await Promise.all(
    small.charter.parties.map(async ({ id }) => {
      const { entries } = small.log(id);
      const tree = new MerkleTree();
      for (const entry of entries) tree.append(leafHash(entry));
      const held = await readEntries(placed(entries), KeyRing.of(small.charter, id), small.channel, async (checks) => checks.map(() => true));
      view.watch(id, tree);
      view.add(id, held);
      return [id, { party: id, entries: held, tree }] as const;
    }),
  );
  const bodies = view.log("aurelia")?.entries.slice(1).map(({ statement }) => statement?.payload.body);
  expect(bodies).toEqual([{}, {}, {}, { statements: ["00".repeat(32)] }]);
  const { inert, all } = view.state();
  const whole = foldRecord({ ...view.record(), logs: new Map(logs) }, kinds);
  expect([inert, all]).toEqual([whole.inert, whole.all]);
  expect(inert.map(({ why }) => why.code)).toEqual(["entry-unknown-kind", "entry-body-malformed", "entry-body-malformed"]);
  // What is wrong in a body is told in few letters, however many its author has written.
  for (const { why } of inert) expect(why.sentence.length).toBeLessThan(500);
});
