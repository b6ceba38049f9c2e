import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findings } from "@countersign/core/assure/findings.ts";
import { verifyBundle } from "@countersign/core/bundle/verify.ts";
import { kinds } from "@countersign/core/kinds.ts";
import { must } from "./_circle.ts";
import { Demonstration } from "./demo/demonstration.ts";
import { openCase, playCase, readInspectionPlan } from "./demo/open-cases.ts";
import { openProgress } from "./demo/progress.ts";
import { readSoundBundle } from "./import-bundle.ts";
import type { CountersignNode } from "./node.ts";
import { nativeVerify } from "./signing.ts";

it("R18 an exercise whose nodes never meet, played over files alone, ends in the planned finding everywhere", { timeout: 120_000 }, async () => {
  const directory = await mkdtemp(join(tmpdir(), "countersign-air-gap-"));
  const options = { directory, address: "http://127.0.0.1:9", progress: () => undefined };
  const exercise = must(await openCase("exercise", options));
  const unplayed = must(await openCase("2022", options));
  const all = [...exercise.circles.nodes.values(), ...unplayed.circles.nodes.values()];
  try {
    const [founded] = exercise.circles.founded;
    if (founded === undefined) throw new Error("no circle");
    const { channel, charter } = founded;
    const parties = charter.parties.map(({ id }) => exercise.circles.node(id));
    const sizeOf = (node: CountersignNode, log: string) => node.receipts(channel).find((one) => one.log === log)?.size ?? 0;
    let carried = 0;
    for (const node of parties)
      node.exchangeNow = async () => {
        for (const giver of parties) {
          if (giver === node) continue;
          const since = new Map(charter.parties.map(({ id }) => [id, Math.min(sizeOf(node, id), sizeOf(giver, id))]));
          const bundle = must(await giver.bundle(channel, { asOf: "record", since }));
          must(await node.importBundle(channel, must(await readSoundBundle(bundle)), giver.id));
          carried += 1;
        }
      };
    for (const { id } of charter.observers) exercise.circles.node(id).exchangeNow = async () => undefined;
    must(await playCase(exercise, () => undefined));
    const plan = must(await readInspectionPlan());
    const progress = must(await openProgress(join(directory, "progress.json")));
    must(await new Demonstration({ exercise, "2022": unplayed }, plan, progress, directory).playOut(() => undefined));
    expect(carried).toBeGreaterThan(100);
    const found = parties.map((node) => findings(node.state(channel), plan.endsAt));
    for (const one of found) expect(one).toEqual(found[0]);
    const absent = found[0]?.find(({ site, claim }) => site === "A-01" && claim === "item-absent");
    expect([absent?.verdict, absent?.estimate?.atVisit.detection.decimal]).toEqual(["nothing-found-at-level", "0.917"]);
    const bundle = must(await exercise.circles.node("aurelia").bundle(channel, { asOf: "record" }));
    const alone = await verifyBundle(bundle, { verify: nativeVerify, kinds, asOf: plan.endsAt });
    expect([alone.problems, alone.findings]).toEqual([[], found[0]]);
  } finally {
    for (const node of all) await node.close();
    await rm(directory, { recursive: true });
  }
});
