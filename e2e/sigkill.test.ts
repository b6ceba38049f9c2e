/** The demonstration is killed in the middle of its work, again and again; what was answered is there afterwards. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { deskAt, letterTo, type DeskClient } from "./_desk.ts";
import { emptyFolder, startDemo, startDemoIn, type Demo } from "./_demo.ts";
import { run } from "./_program.ts";

const OTHER = { aurelia: "borealia", borealia: "aurelia" } as const;
const PARTIES = ["aurelia", "borealia"] as const;
type Side = (typeof PARTIES)[number];

test("SIGKILL while both sides speak loses no statement that was answered", async () => {
  const moments = fc.sample(fc.integer({ min: 5, max: 900 }), { seed: 20220202, numRuns: 4 });
  let demo = await startDemo("opened");
  const channel = await exerciseChannel(demo);
  const answered = { aurelia: new Set<string>(), borealia: new Set<string>() };
  for (const [round, milliseconds] of moments.entries()) {
    const speaking = PARTIES.map((side) => speakUntilKilled(deskOf(demo, side), side, channel, round, answered[side]));
    await pass(milliseconds);
    await demo.program.kill("SIGKILL");
    await Promise.all(speaking);
    demo = await startDemoIn(demo.directory);
    for (const side of PARTIES)
      expect(
        missing(answered[side], await deskOf(demo, side).ids(channel)),
        `${side}, killed after ${milliseconds} ms`,
      ).toEqual([]);
  }
  expect(answered.aurelia.size + answered.borealia.size).toBeGreaterThan(0);
  // The other side gets them by itself, and the record is whole.
  for (const side of PARTIES)
    await expect
      .poll(async () => missing(answered[side], await deskOf(demo, OTHER[side]).ids(channel)), { timeout: 20_000 })
      .toEqual([]);
  await expectWholeBundle(demo, channel);
}, 90_000);

test("SIGKILL while the cases are opened: the next start goes on and ends with the same opening", async () => {
  const directory = await emptyFolder();
  const first = await startDemoIn(directory);
  await first.program.kill("SIGKILL");
  const [moment = 0] = fc.sample(fc.integer({ min: 200, max: 2000 }), { seed: 24, numRuns: 1 });
  const second = await startDemoIn(directory);
  await pass(moment);
  await second.program.kill("SIGKILL");
  const demo = await startDemoIn(directory);
  await demo.ask("choose", { case: "exercise" });
  await expect
    .poll(
      async () => {
        const { clock, opensAt } = await demo.state();
        return clock >= opensAt;
      },
      { timeout: 60_000, interval: 200 },
    )
    .toBe(true);
  const channel = await exerciseChannel(demo);
  expect(await demo.state()).toMatchObject({ guideStep: 4 });
  await expectWholeBundle(demo, channel);
}, 120_000);

async function speakUntilKilled(
  desk: DeskClient,
  side: Side,
  channel: string,
  round: number,
  answered: Set<string>,
): Promise<void> {
  for (let number = 0; ; number++) {
    const answer = await desk.say(channel, letterTo(OTHER[side], `Round ${round}, letter ${number} of ${side}`));
    if (!answer.ok) return expect(answer.refusal.code).toBe("unreachable");
    answered.add(answer.value.id);
  }
}

function deskOf(demo: Demo, side: Side): DeskClient {
  return deskAt(`${demo.address}/nodes/${side}`);
}

async function exerciseChannel(demo: Demo): Promise<string> {
  const { channels } = await demo.state();
  return channels.find((one) => one.case === "exercise")?.channel ?? "";
}

function missing(wanted: ReadonlySet<string>, held: ReadonlySet<string>): readonly string[] {
  return [...wanted].filter((id) => !held.has(id));
}

async function expectWholeBundle(demo: Demo, channel: string): Promise<void> {
  const file = join(await emptyFolder(), "exercise.tar");
  await writeFile(file, await deskOf(demo, "aurelia").bundle(channel));
  const { code, out } = await run(["verify", file, "--json"]);
  expect(JSON.parse(out)).toMatchObject({ ok: true, problems: [], inert: [] });
  expect(code).toBe(0);
}
