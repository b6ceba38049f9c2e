/** A running node reads its folder again, all of it, once in a while: what a disk has changed is found before it is needed, and nothing is signed over it. */
import { fork } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { instant } from "@countersign/core/bytes/fields.ts";
import { parseInstant } from "@countersign/core/bytes/instant.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import type { Clock } from "../clock.ts";
import type { NodeConfig } from "../node-config.ts";
import { DiskStore } from "../objects/disk.ts";
import { parseJson } from "../objects/parse-json.ts";
import type { Damage } from "./damage.ts";
import type { ReadingOrder } from "./reading.ts";

const SCRIPT = fileURLToPath(new URL("reading.ts", import.meta.url));
const NOTE = "read-again";
/** A disk that does other things, too, does not notice so much. */
const BYTES_PER_SECOND = 4 * 1024 * 1024;
const RETRY_SECONDS = 3600;
const DEFAULT_SECONDS = 7 * 86_400;

const reading = z.strictObject({ at: instant, files: z.int().min(0), damage: z.array(z.string()) });
/** When it ended, how many files were read, and what was found in them, by path. */
export type Reading = z.infer<typeof reading>;

/** `since`: when the node first thought of it. */
const note = z.strictObject({ since: instant, last: reading.exactOptional() });

export class ReadAgain {
  readonly #order: ReadingOrder;
  readonly #everySeconds: number;
  readonly #clock: Clock;
  readonly #store: DiskStore;
  readonly #signal: AbortSignal;
  readonly #found: (damage: readonly Damage[]) => void;
  /** A reading that failed, for want of memory perhaps, is not begun again at once. */
  #notBefore = 0;
  /** The node was started after damage had been found: whether it was mended is read at once. */
  #doubtful = false;
  #note: z.infer<typeof note>;

  private constructor(config: NodeConfig, order: ReadingOrder, everySeconds: number, store: DiskStore, signal: AbortSignal, found: (damage: readonly Damage[]) => void) {
    this.#order = order;
    this.#everySeconds = everySeconds;
    this.#clock = config.clock;
    this.#store = store;
    this.#signal = signal;
    this.#found = found;
    this.#note = { since: config.clock.now() };
  }

  /** `undefined` where the node's settings want none. The signal ends a reading under way. */
  static async open(
    config: NodeConfig,
    channels: ReadingOrder["channels"],
    signal: AbortSignal,
    found: (damage: readonly Damage[]) => void,
  ): Promise<ReadAgain | undefined> {
    const { id, directory, peers, demonstration, readAgainSeconds = demonstration ? 0 : DEFAULT_SECONDS } = config;
    if (readAgainSeconds === 0) return undefined;
    const store = await DiskStore.open(join(directory, "view"));
    const order = { self: id, directory, channels, peers: peers.map((peer) => peer.id), bytesPerSecond: BYTES_PER_SECOND };
    const opened = new ReadAgain(config, order, readAgainSeconds, store, signal, found);
    // Lost, it is begun anew: the folder is then read later than it would have been.
    const known = note.safeParse(parseJson((await store.get(NOTE)) ?? new Uint8Array(0)));
    if (known.success) opened.#note = known.data;
    else await opened.#keep();
    opened.#doubtful = (opened.#note.last?.damage.length ?? 0) > 0;
    return opened;
  }

  get last(): Reading | undefined {
    return this.#note.last;
  }

  /** Reads all of it if its time has come. */
  async pass(): Promise<void> {
    const since = parseInstant(this.#note.last?.at ?? this.#note.since) ?? 0;
    const now = parseInstant(this.#clock.now()) ?? 0;
    if ((now - since < this.#everySeconds && !this.#doubtful) || now < this.#notBefore) return;
    this.#notBefore = now + RETRY_SECONDS;
    const read = await this.#read();
    if (read === undefined) return;
    this.#note = { ...this.#note, last: { at: this.#clock.now(), files: read.files, damage: read.damage.map(({ path }) => path) } };
    this.#doubtful = false;
    // First of all nothing more is signed.
    this.#found(read.damage);
    await this.#keep();
  }

  async close(): Promise<void> {
    await this.#store.close();
  }

  async #keep(): Promise<void> {
    await this.#store.replaceIf(NOTE, await this.#store.get(NOTE), encodeUtf8(JSON.stringify(this.#note)));
  }

  /** `undefined` if it was ended. */
  #read(): Promise<{ readonly files: number; readonly damage: readonly Damage[] } | undefined> {
    const signal = this.#signal;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return resolve(undefined);
      const child = fork(SCRIPT, { stdio: ["ignore", "ignore", "inherit", "ipc"], execArgv: [] });
      const end = () => void child.kill();
      signal.addEventListener("abort", end, { once: true });
      child.once("message", (answer) => {
        resolve(answer as { files: number; damage: Damage[] });
        child.disconnect();
      });
      // More than one where it could not be begun: what it was sent did not reach it either.
      child.on("error", reject);
      child.once("exit", (code) => {
        signal.removeEventListener("abort", end);
        if (signal.aborted) resolve(undefined);
        else reject(new Error(`the folder could not be read again (the reading ended with ${code})`));
      });
      child.send(this.#order);
    });
  }
}
