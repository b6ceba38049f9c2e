/** Reads and hashes again everything in a node's folder that `not-checked.ts` does not name, and says what is damaged. Nothing is written, no clock is read, nobody is asked. */
import { decodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { partyOf, type Charter } from "@countersign/core/channel/charter.ts";
import { isStanding, KeyRing } from "@countersign/core/channel/key-ring.ts";
import { readStorageKey } from "../private/encrypted-store.ts";
import { checkChannel, type CheckedChannel } from "./check-channel.ts";
import { checkKeys, publicText } from "./check-keys.ts";
import { checkPrevious } from "./check-previous.ts";
import type { FolderReport } from "./damage.ts";
import { StoredFiles } from "./stored-files.ts";

export interface CheckedFolderOptions {
  readonly self: PartyId;
  readonly directory: string;
  readonly channels: readonly { readonly id: string; readonly charter: Charter }[];
  /** Nodes that can be asked for what is damaged. */
  readonly peers: readonly PartyId[];
  readonly progress?: (channel: string) => void;
  /** Waited for after each file that was read, with its bytes. */
  readonly pause?: (bytes: number) => Promise<unknown>;
}

export interface CheckedFolder extends FolderReport {
  readonly channels: ReadonlyMap<string, CheckedChannel>;
}

/** Everything that is checked of a folder lies in these, and in the kept records of continued channels. */
export const CHECKED_FOLDERS = ["keys", "logs", "private"] as const;

export async function checkFolder({ directory, pause, ...options }: CheckedFolderOptions): Promise<CheckedFolder> {
  const checked = await checkFiles(await StoredFiles.list(directory, CHECKED_FOLDERS, pause), options);
  const before = await checkPrevious(directory, options.self, options.channels);
  return { ...checked, files: checked.files + before.files, bytes: checked.bytes + before.bytes, damage: [...checked.damage, ...before.damage] };
}

/** As `checkFolder`, wherever the files are; without the records of channels that were continued. */
export async function checkFiles(files: StoredFiles, { self, channels, peers, progress }: Omit<CheckedFolderOptions, "directory" | "pause">): Promise<CheckedFolder> {
  const storage = decodeUtf8((await files.read("keys/storage.key")) ?? new Uint8Array(0)) ?? "";
  const storageKey = readStorageKey(storage);
  const checked = new Map<string, CheckedChannel>();
  for (const { id, charter } of channels) {
    progress?.(id);
    checked.set(id, await checkChannel({ files, self, channel: id, charter, peers, storageKey }));
  }
  const keys = await checkKeys(files, wantedKeys(self, channels, checked));
  const all = [...checked.values()];
  return {
    files: files.count,
    bytes: files.bytes,
    damage: [...keys.damage, ...all.flatMap(({ damage }) => damage)],
    remarks: [...keys.remarks, ...all.flatMap(({ remarks }) => remarks), ...files.unasked.map((path) => `${path} belongs to nothing that is known here.`)],
    channels: checked,
  };
}

/** The root key may be kept elsewhere. */
function wantedKeys(self: PartyId, channels: CheckedFolderOptions["channels"], checked: ReadonlyMap<string, CheckedChannel>) {
  const standing: string[] = [];
  const known: string[] = [];
  for (const { id, charter } of channels) {
    const party = partyOf(charter, self);
    const observer = charter.observers.find((one) => one.id === self);
    for (const { name, pair } of observer === undefined ? [] : [observer.witness]) standing.push(publicText(name, pair.ed25519, pair.mldsa44));
    if (observer?.node !== undefined) standing.push(publicText(observer.node.name, observer.node.ed25519));
    if (party === undefined) continue;
    const { root, log } = party.keys;
    standing.push(publicText(log.name, log.pair.ed25519, log.pair.mldsa44));
    known.push(publicText(root.name, root.pair.ed25519, root.pair.mldsa44));
    for (const key of (checked.get(id)?.rings.get(self) ?? KeyRing.of(charter, self)).keys)
      (isStanding(key) ? standing : known).push(
        key.role === "reading" ? key.key : key.role === "node" ? publicText(key.key.name, key.key.ed25519) : publicText(key.key.name, key.key.pair.ed25519, key.key.pair.mldsa44),
      );
  }
  return { standing, known };
}
