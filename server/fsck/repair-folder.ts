/**
 * Mends a node's folder after a check: what follows from sound parts is made again, the rest is fetched from other nodes. What was damaged is
 * moved into `damaged/` and never deleted. Keys and the private store come back from a copy of the folder alone.
 */
import { mkdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { partyOf, type Charter } from "@countersign/core/channel/charter.ts";
import { formatNote } from "@countersign/core/signing/note.ts";
import type { Clock } from "../clock.ts";
import { headName } from "../journal/journal.ts";
import { RECURRENCES } from "../mirror/observations.ts";
import type { LogPeer } from "../mirror/peer-client.ts";
import { DiskStore } from "../objects/disk.ts";
import { putNewDecided, under } from "../objects/object-store.ts";
import type { CheckedChannel } from "./check-channel.ts";
import type { CheckedFolder } from "./check-folder.ts";
import { repairLog } from "./repair-log.ts";
import { StoredFiles } from "./stored-files.ts";

export interface RepairOptions {
  readonly self: PartyId;
  readonly directory: string;
  readonly channels: readonly { readonly id: string; readonly charter: Charter }[];
  readonly peers: (channel: string) => readonly LogPeer[];
  readonly clock: Clock;
}

/** Gives what was done, in sentences. Check the folder again to learn what is left. The folder's lock must be held. */
export async function repairFolder(options: RepairOptions, checked: CheckedFolder): Promise<string[]> {
  const done: string[] = [];
  for (const { id, charter } of options.channels) {
    const channel = checked.channels.get(id);
    // An observer's copies are its memory of what it has witnessed: they are put back by hand.
    if (channel === undefined || partyOf(charter, options.self) === undefined || channel.damage.length === 0) continue;
    const store = await DiskStore.open(join(options.directory, "logs", id));
    try {
      await new ChannelRepair(options, id, charter, channel, store, done).run();
    } finally {
      await store.close();
    }
  }
  return done;
}

class ChannelRepair {
  readonly #options: RepairOptions;
  readonly #channel: string;
  readonly #charter: Charter;
  readonly #checked: CheckedChannel;
  readonly #store: DiskStore;
  readonly #done: string[];

  constructor(options: RepairOptions, channel: string, charter: Charter, checked: CheckedChannel, store: DiskStore, done: string[]) {
    this.#options = options;
    this.#channel = channel;
    this.#charter = charter;
    this.#checked = checked;
    this.#store = store;
    this.#done = done;
  }

  async run(): Promise<void> {
    const folder = `logs/${this.#channel}`;
    for (const { path } of this.#checked.damage)
      if (path.startsWith(`${folder}/receipt/`)) {
        await this.#setAside(path);
        this.#done.push(`${path} was set aside; receipts are learnt again from the other nodes.`);
      } else if (path === `${folder}/${RECURRENCES}`) {
        await this.#setAside(path);
        this.#done.push(`${path} was set aside; what was noticed is kept, and how often is counted from now on.`);
      } else if (path.startsWith(`${folder}/promised/`)) {
        await this.#setAside(path);
        this.#done.push(`${path} was set aside; the running node asks the others again for what its owner has signed.`);
      } else if (path.startsWith(`${folder}/branch/`)) continue;
      else if (/\/(?:tile|_cs\/head)\/|\/(?:checkpoint|_cs\/step)$/.test(path)) await this.#setAside(path);
    for (const { id, keys } of this.#charter.parties) {
      const checked = this.#checked.logs.get(id);
      if (checked === undefined || checked.damage.length === 0) continue;
      const repaired = await repairLog({
        log: id,
        logKey: keys.log,
        store: under(this.#store, `log/${id}`),
        checked,
        peers: this.#ownerFirst(id),
        clock: this.#options.clock,
        isCopy: id !== this.#options.self,
        setAside: (seq) => this.#setLogAside(`${folder}/log/${id}`, seq),
      });
      if (!repaired.ok) this.#done.push(repaired.refusal.sentence);
      else if (checked.brokenAt !== undefined)
        this.#done.push(`The records of ${id}'s log were written again from number ${checked.brokenAt.seq} on; ${repaired.value} entries came from other nodes.`);
      await this.#headsOf(id);
    }
    for (const branch of this.#checked.lostBranches) {
      const files = await StoredFiles.list(this.#options.directory, [branch]);
      for (const path of files.under(`${branch}/`)) await this.#setAside(path);
      this.#done.push(`${branch} was set aside; the running node asks the others for that version of the log again.`);
    }
    await this.#writeHighest();
    for (const [hash, size] of this.#checked.lostFiles) await this.#fetchFile(hash, size);
  }

  /** The kept head of the newest size and `checkpoint` are the same bytes: one gives the other. */
  async #headsOf(log: PartyId): Promise<void> {
    const store = under(this.#store, `log/${log}`);
    const newest = this.#checked.logs.get(log)?.newest;
    if (newest === undefined) return;
    const bytes = encodeUtf8(formatNote(newest.note));
    const folder = `logs/${this.#channel}/log/${log}`;
    const name = headName(newest.head.size);
    if ((await store.get(name)) === undefined) {
      await putNewDecided(store, name, bytes);
      this.#done.push(`${folder}/${name} was written again from the checkpoint.`);
    }
    if ((await store.get("checkpoint")) === undefined && (await store.replaceIf("checkpoint", undefined, bytes)))
      this.#done.push(`${folder}/checkpoint was written again from the newest head.`);
  }

  async #writeHighest(): Promise<void> {
    const path = `keys/.signed/${this.#channel}`;
    const newest = this.#checked.logs.get(this.#options.self)?.newest;
    if (newest === undefined || !this.#checked.damage.some((one) => one.path === path)) return;
    await this.#setAside(path);
    const store = await DiskStore.open(join(this.#options.directory, "keys", ".signed"));
    const { size, root } = newest.head;
    await putNewDecided(store, this.#channel, encodeUtf8(JSON.stringify({ size, root: toBase64(root) })));
    await store.close();
    this.#done.push(`${path} was written again from the newest head.`);
  }

  async #fetchFile(hash: string, size: number): Promise<void> {
    const path = `logs/${this.#channel}/file/${hash}`;
    for (const peer of this.#options.peers(this.#channel)) {
      const found = await peer.file(hash, size);
      if (!found.ok || found.value === undefined) continue;
      await this.#setAside(path);
      await putNewDecided(this.#store, `file/${hash}`, found.value);
      this.#done.push(`${path} came from the node of ${peer.id}.`);
      return;
    }
  }

  #ownerFirst(log: PartyId): LogPeer[] {
    return this.#options.peers(this.#channel).toSorted((a, b) => Number(b.id === log) - Number(a.id === log));
  }

  async #setLogAside(folder: string, fromSeq: number): Promise<void> {
    const files = await StoredFiles.list(this.#options.directory, [folder]);
    const records = files.under(`${folder}/_cs/commit/`).filter((path) => Number(path.slice(path.lastIndexOf("/") + 1)) >= fromSeq);
    for (const path of [...records, ...files.under(`${folder}/tile/`)]) await this.#setAside(path);
  }

  /** Into `damaged/`, under a name that is free. */
  async #setAside(path: string): Promise<void> {
    const { directory, clock } = this.#options;
    const target = join(directory, "damaged", clock.now().replaceAll(":", ""), path);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await rename(join(directory, path), target).catch((error: unknown) => {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    });
  }
}
