/** Founding a circle of the demonstration: keys for every participant, then one charter that names them. Done once; a second start finds the same charter. */
import { randomBytes } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Case } from "@countersign/cases/case-file.ts";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { channelId, charterBytes, readCharter, type Charter, type CharterParty } from "@countersign/core/channel/charter.ts";
import { accept, type Result } from "@countersign/core/refusal.ts";
import { createKeys, createObserverKeys } from "../private/keys.ts";
import { writeDurably } from "./write-durably.ts";

export interface FoundedCircle {
  readonly id: string;
  readonly channel: string;
  readonly charter: Charter;
  readonly bytes: Uint8Array;
}

export type Circle = Case["circles"][number];

/** `directory` is the demonstration's; a participant's node lives in `nodes/<id>` in it. */
export async function foundCircle(directory: string, circle: Circle): Promise<Result<FoundedCircle>> {
  const file = join(directory, "charters", `${circle.id}.json`);
  const made = await existing(file);
  const bytes = made === undefined ? await compose(directory, circle) : accept(made);
  if (!bytes.ok) return bytes;
  const charter = readCharter(bytes.value);
  if (!charter.ok) return charter;
  if (made === undefined) {
    await mkdir(join(directory, "charters"), { recursive: true });
    await writeDurably(file, bytes.value);
  }
  return accept({ id: circle.id, channel: channelId(charter.value), charter: charter.value, bytes: bytes.value });
}

export function nodeDirectory(directory: string, node: string): string {
  return join(directory, "nodes", node);
}

async function compose(directory: string, circle: Circle): Promise<Result<Uint8Array>> {
  const { parties, observers, ...facts } = circle.charter;
  const withKeys: CharterParty[] = [];
  for (const party of parties) {
    await mkdir(nodeDirectory(directory, party.id), { recursive: true });
    const keys = await createKeys(nodeDirectory(directory, party.id), party.id, circle.id);
    if (!keys.ok) return keys;
    withKeys.push({ ...party, keys: keys.value });
  }
  const witnesses: Charter["observers"] = [];
  for (const observer of observers) {
    await mkdir(nodeDirectory(directory, observer.id), { recursive: true });
    const keys = await createObserverKeys(nodeDirectory(directory, observer.id), observer.id, circle.id);
    if (!keys.ok) return keys;
    witnesses.push({ ...observer, ...keys.value });
  }
  return accept(charterBytes({ type: "charter", version: 1, rules: 1, ...facts, parties: withKeys, observers: witnesses, nonce: toBase64(randomBytes(32)) }));
}

async function existing(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
