/** Opens both cases in a folder: reads their files, founds their circles, starts their nodes and plays what is not in the record yet. */
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CASE_LIMIT_BYTES, readCase, type Case } from "@countersign/cases/case-file.ts";
import type { Instant, PartyId, Words } from "@countersign/core/bytes/fields.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import type { CaseName } from "@countersign/wire/demonstration.ts";
import { startNode, type CountersignNode } from "../node.ts";
import { openCaseClock } from "./case-clock.ts";
import { gather } from "./circles.ts";
import { whenEnded } from "./ended.ts";
import type { PlayedCase } from "./demonstration.ts";
import { foundCircle, nodeDirectory, type FoundedCircle } from "./found-circle.ts";
import { inspectionPlan, type InspectionPlan } from "./inspection-plan.ts";
import { playOpening } from "./opening.ts";

export interface OpeningOptions {
  readonly directory: string;
  /** Where the demonstration listens, e.g. `http://127.0.0.1:8470`. */
  readonly address: string;
  readonly progress: (text: string) => void;
  /** Ends it between one step and the next. */
  readonly signal?: AbortSignal;
}

export async function readCaseFile(name: CaseName): Promise<Result<Case>> {
  const json = await readJson(`${name}/case.json`);
  if (!json.ok) return json;
  const regimes = await withRegimes(json.value);
  return regimes.ok ? readCase(regimes.value) : regimes;
}

export async function readInspectionPlan(): Promise<Result<InspectionPlan>> {
  const json = await readJson("exercise/inspections.json");
  if (!json.ok) return json;
  const parsed = inspectionPlan.safeParse(json.value);
  if (parsed.success) return accept(parsed.data);
  const issue = parsed.error.issues[0];
  return refuse("case-plan-malformed", `The plan of inspections does not read at ${issue?.path.join(".") ?? "its top"}: ${issue?.message ?? "unknown"}.`, "cases/exercise/inspections.json");
}

/** Starts every node of a case; nothing is played yet. */
export async function openCase(name: CaseName, options: OpeningOptions): Promise<Result<PlayedCase>> {
  const read = await readCaseFile(name);
  if (!read.ok) return read;
  await mkdir(options.directory, { recursive: true });
  const clock = await openCaseClock(join(options.directory, `clock-${name}`), read.value.acts[0]?.at ?? read.value.opensAt);
  if (!clock.ok) return clock;
  const founded: FoundedCircle[] = [];
  for (const circle of read.value.circles) {
    const ended = whenEnded(options.signal);
    if (ended !== undefined) return ended;
    const made = await foundCircle(options.directory, circle);
    if (!made.ok) return made;
    founded.push(made.value);
  }
  const members = membersOf(founded);
  const nodes = new Map<PartyId, CountersignNode>();
  for (const [id, member] of members) {
    const started = whenEnded(options.signal) ?? await startNode({
      id,
      name: member.name,
      role: member.role,
      directory: nodeDirectory(options.directory, id),
      clock: clock.value,
      channels: member.charters.map((charter) => ({ charter })),
      peers: [...members.keys()].filter((other) => other !== id).map((other) => ({ id: other, base: `${options.address}/nodes/${other}` })),
      demonstration: true,
      path: `/nodes/${id}`,
      pullEveryMilliseconds: 0,
      // Days are all that sources give; an acknowledgement at an hour of our making would be an invention.
      acknowledges: read.value.circles.every(({ charter }) => charter.nature !== "reconstruction"),
    });
    if (!started.ok) {
      for (const node of nodes.values()) await node.close();
      return started;
    }
    nodes.set(id, started.value);
  }
  return accept({ name, read: read.value, circles: gather(founded, nodes), clock: clock.value });
}

/** Plays what the record does not hold yet. The nodes must be reachable by now. */
export async function playCase(played: PlayedCase, progress: (text: string) => void, signal?: AbortSignal): Promise<Result<undefined>> {
  await played.circles.exchangeAll(signal);
  const done = await playOpening(played.read, played.circles, played.clock, (made, of) => progress(`${played.name}: ${made} of ${of} statements`), signal);
  if (!done.ok) return done;
  await played.clock.moveTo(endOf(played.read));
  await played.circles.exchangeAll(signal);
  return whenEnded(signal) ?? accept(undefined);
}

/** A reconstruction is over: its clock stands at the end of its last day. An exercise goes on from the moment at which it opens. */
function endOf(read: Case): Instant {
  const last = read.acts.at(-1)?.at ?? read.opensAt;
  return read.circles.some(({ charter }) => charter.nature === "exercise") ? read.opensAt : `${last.slice(0, 10)}T23:59:00Z`;
}

interface Member {
  readonly name: Words;
  readonly role: "party" | "observer";
  readonly charters: Uint8Array[];
}

function membersOf(founded: readonly FoundedCircle[]): ReadonlyMap<PartyId, Member> {
  const members = new Map<PartyId, Member>();
  for (const { charter, bytes } of founded)
    for (const [list, role] of [[charter.parties, "party"], [charter.observers, "observer"]] as const)
      for (const { id, name } of list) members.set(id, { name, role, charters: [...(members.get(id)?.charters ?? []), bytes] });
  return members;
}

/** `{ "$regime": "exercise" }` stands for the terms in `regimes/exercise.json`. */
async function withRegimes(json: unknown): Promise<Result<unknown>> {
  if (Array.isArray(json)) {
    const items: unknown[] = [];
    for (const item of json as unknown[]) {
      const made = await withRegimes(item);
      if (!made.ok) return made;
      items.push(made.value);
    }
    return accept(items);
  }
  if (typeof json !== "object" || json === null) return accept(json);
  const regime = (json as { $regime?: unknown }).$regime;
  if (typeof regime === "string") return /^[a-z0-9-]{1,60}$/.test(regime) ? readJson(`../regimes/${regime}.json`) : refuse("case-unknown-regime", `"${regime}" is no name of a regime.`);
  const fields: [string, unknown][] = [];
  for (const [key, value] of Object.entries(json)) {
    const made = await withRegimes(value);
    if (!made.ok) return made;
    fields.push([key, made.value]);
  }
  return accept(Object.fromEntries(fields));
}

async function readJson(path: string): Promise<Result<unknown>> {
  const file = fileURLToPath(new URL(`../../cases/${path}`, import.meta.url));
  const text = await readFile(file, "utf8");
  if (text.length > CASE_LIMIT_BYTES) return refuse("case-too-large", `${file} is larger than ${CASE_LIMIT_BYTES} bytes.`, file);
  try {
    return accept(JSON.parse(text));
  } catch (error) {
    return refuse("case-not-json", `${file} is not JSON: ${error instanceof Error ? error.message : "unknown"}.`, file);
  }
}
