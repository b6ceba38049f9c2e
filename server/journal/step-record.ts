/**
 * Commit records of several logs that are decided together (SPEC R12): entries of one log had seen entries of another that are no older, so that
 * none may stand without the others. All of them stand in the step before the first is created in its log; opening the channel creates those
 * that an interruption left out.
 */
import { z } from "zod";
import { canonicalJson, parseCanonical } from "@countersign/core/bytes/canonical.ts";
import { equalBytes } from "@countersign/core/bytes/concat.ts";
import { sha256Hex } from "@countersign/core/bytes/fields.ts";
import { readTar, writeTar } from "@countersign/core/bundle/tar.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { putNewDecided, type ObjectStore } from "../objects/object-store.ts";
import { sameBytes } from "../objects/same-bytes.ts";
import { commitHash, commitKey, decodeCommit } from "./commit-record.ts";

/** Where the newest step stands in the channel's part of the store; empty once all of it stands in the logs. */
export const STEP_KEY = "_cs/step";

/** A commit record and where it goes. */
export interface StepPart {
  /** In the channel's part of the store. */
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

const LIST = "step.json";
const NOTHING = new Uint8Array(0);
const schema = z.strictObject({
  type: z.literal("step"),
  version: z.literal(1),
  records: z.array(z.strictObject({ key: z.string().max(100), sha256: sha256Hex })).min(1),
});

/** When this returns, all of these records are decided. One step at a time: the one before has ended. */
export async function beginStep(store: ObjectStore, parts: readonly StepPart[]): Promise<void> {
  await replaceStep(store, encodeStep(parts));
}

/** All records of the step stand in their logs. */
export async function endStep(store: ObjectStore): Promise<void> {
  await replaceStep(store, NOTHING);
}

/**
 * Creates what an interrupted step left out, before any of its logs is opened. A step that goes on from what is not there any more (a log was
 * moved away to be fetched again) is dropped whole: its entries are fetched again. Refuses a damaged one.
 */
export async function finishStep(store: ObjectStore): Promise<Result<void>> {
  const bytes = await store.get(STEP_KEY);
  if (bytes === undefined || bytes.length === 0) return accept(undefined);
  const parts = decodeStep(bytes);
  if (!parts.ok) return parts;
  const missing: StepPart[] = [];
  let fits = true;
  for (const part of parts.value) {
    const held = await store.get(part.key);
    if (held === undefined) missing.push(part);
    fits &&= held === undefined ? await follows(store, part, parts.value) : sameBytes(held, part.bytes);
  }
  if (fits) for (const part of missing) await putNewDecided(store, part.key, part.bytes);
  await endStep(store);
  return accept(undefined);
}

/** Refuses bytes that `beginStep` has not written. */
export function decodeStep(bytes: Uint8Array): Result<StepPart[]> {
  const { members, problems } = readTar(bytes);
  const [list, ...records] = members;
  const json = list?.path === LIST ? parseCanonical(list.bytes) : undefined;
  const read = schema.safeParse(json?.ok === true ? json.value : undefined);
  const parts = records.map(({ path, bytes: record }): StepPart => ({ key: path, bytes: record, sha256: commitHash(record) }));
  if (problems.length > 0 || !read.success || !equalBytes(canonicalJson(listOf(parts)), list?.bytes ?? NOTHING))
    return refuse(
      "step-damaged",
      "What this node was keeping when it was interrupted is damaged on this machine. Restore the folder from its last copy, or move the file away: its entries are fetched again.",
      STEP_KEY,
    );
  return accept(parts);
}

function encodeStep(parts: readonly StepPart[]): Uint8Array {
  return writeTar([{ path: LIST, bytes: canonicalJson(listOf(parts)) }, ...parts.map(({ key, bytes }) => ({ path: key, bytes }))]);
}

function listOf(parts: readonly StepPart[]): z.infer<typeof schema> {
  return { type: "step", version: 1, records: parts.map(({ key, sha256 }) => ({ key, sha256 })) };
}

/** Whether the record goes on from one that is there, or that stands before it in the step. */
async function follows(store: ObjectStore, { key, bytes }: StepPart, parts: readonly StepPart[]): Promise<boolean> {
  const record = decodeCommit(bytes);
  if (!record.ok || record.value.seq === 0) return false;
  const own = commitKey(record.value.seq);
  if (!key.endsWith(own)) return false;
  const before = `${key.slice(0, -own.length)}${commitKey(record.value.seq - 1)}`;
  const held = parts.find((part) => part.key === before)?.bytes ?? (await store.get(before));
  return held !== undefined && commitHash(held) === record.value.previous;
}

async function replaceStep(store: ObjectStore, bytes: Uint8Array): Promise<void> {
  if (!(await store.replaceIf(STEP_KEY, await store.get(STEP_KEY), bytes)))
    throw new Error("another process keeps entries in this folder");
}
