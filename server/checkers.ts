/**
 * Threads of this program's own that check signatures. The platform's threads do the same, but the disk is waited for on them, too, and whoever
 * writes would wait behind thousands of checks. They are begun where there is much to check, and end when there is nothing for a while.
 */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { SignatureCheck } from "@countersign/core/signing/algorithm.ts";
import { holdsOnThread } from "./native-check.ts";
import { packChecks } from "./packed-checks.ts";

/** So many checks in a row are worth a start of a thirtieth of a second. */
const MANY = 1024;
/** Milliseconds without a check. */
const REST = 5000;
/** Batches at one thread: one that it checks and one that waits there. */
const AT_ONCE = 2;
/** A thread holds a batch or two and a few keys. */
const MEMORY = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 64 };

interface Batch {
  readonly checks: readonly SignatureCheck[];
  readonly settle: (answers: readonly boolean[]) => void;
  readonly reject: (error: unknown) => void;
}

interface Checker {
  readonly worker: Worker;
  readonly batches: Batch[];
}

let checkers: readonly Checker[] = [];
let waiting: Batch[] = [];
/** Checks since the last rest. */
let asked = 0;
let resting: NodeJS.Timeout | undefined;
/** One could not go on, or none could be begun: from then on the platform's threads do it all. */
let failed = false;

/** `undefined` while there is too little to check for it. */
export function checkOnCheckers(checks: readonly SignatureCheck[]): Promise<readonly boolean[]> | undefined {
  asked += checks.length;
  clearTimeout(resting);
  resting = setTimeout(rest, REST).unref();
  if (asked < MANY || failed) return undefined;
  if (checkers.length === 0) checkers = beginAll();
  if (checkers.length === 0) return undefined;
  return new Promise((settle, reject) => {
    waiting.push({ checks, settle, reject });
    handOut();
  });
}

/** As many as there are processors, or as the system lets begin. */
function beginAll(): readonly Checker[] {
  const begun: Checker[] = [];
  try {
    while (begun.length < availableParallelism()) begun.push(begin());
  } catch {
    failed = begun.length === 0;
  }
  return begun;
}

function begin(): Checker {
  const worker = new Worker(new URL("./checker.ts", import.meta.url), { resourceLimits: MEMORY });
  const checker: Checker = { worker, batches: [] };
  worker.on("message", (answers: readonly boolean[]) => {
    checker.batches.shift()?.settle(answers);
    if (checker.batches.length === 0) worker.unref();
    handOut();
  });
  // What is wrong with a thread is not wrong with a signature: what it had is checked otherwise.
  worker.on("error", () => end(checker));
  worker.unref();
  return checker;
}

function handOut(): void {
  for (;;) {
    const free = checkers.reduce<Checker | undefined>((best, one) => (one.batches.length < (best?.batches.length ?? AT_ONCE) ? one : best), undefined);
    const batch = free === undefined ? undefined : waiting.shift();
    if (free === undefined || batch === undefined) return;
    const packed = packChecks(batch.checks);
    free.batches.push(batch);
    // While it has something to check the program does not end.
    free.worker.ref();
    free.worker.postMessage(packed, [packed.bytes.buffer, packed.places.buffer]);
  }
}

function end(checker: Checker): void {
  failed = true;
  checkers = checkers.filter((one) => one !== checker);
  const left = [...checker.batches.splice(0), ...(checkers.length === 0 ? waiting.splice(0) : [])];
  for (const { checks, settle, reject } of left) Promise.all(checks.map(holdsOnThread)).then(settle, reject);
}

function rest(): void {
  if (waiting.length > 0 || checkers.some(({ batches }) => batches.length > 0)) {
    resting = setTimeout(rest, REST).unref();
    return;
  }
  asked = 0;
  for (const { worker } of checkers) void worker.terminate();
  checkers = [];
}
