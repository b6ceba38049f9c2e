/**
 * A process that contends with others, for tests: `node _contender.ts lock <folder>` asks for the folder's lock at each moment it reads from
 * its input and prints `held` or `refused <code>`; `node _contender.ts write <folder> <name>` writes to the folder's log as if there were no
 * lock, opens it again each time another writer was faster, and prints `<index> <text>` for each entry that was answered.
 */
import { join } from "node:path";
import { createInterface } from "node:readline";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { machineClock } from "../clock.ts";
import { DiskStore } from "../objects/disk.ts";
import type { NamedSigner } from "../private/keys.ts";
import { nativeSigner } from "../signing.ts";
import { lockDirectory } from "./directory-lock.ts";
import { HighestSigned } from "./highest-signed.ts";
import { Journal } from "./journal.ts";

const [, , what, folder = "", name = ""] = process.argv;
if (what === "lock") await askForLock();
else await write();

async function askForLock(): Promise<void> {
  console.log("ready");
  for await (const line of createInterface({ input: process.stdin })) {
    while (Date.now() < Number(line)) continue;
    const lock = await lockDirectory(folder);
    console.log(lock.ok ? "held" : `refused ${lock.refusal.code}`);
  }
}

async function write(): Promise<void> {
  const signer = nativeSigner({ ed25519: new Uint8Array(32).fill(1), mldsa44: new Uint8Array(32).fill(2) });
  const key = { named: { name: "aurelia.example/test/log", pair: signer.pair }, signer };
  console.log("ready");
  for (let number = 0; ; ) {
    // Opening fails, too, where another writer has just cleared what this one had half written.
    number = await writeFrom(number, key).catch(() => number);
    await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 40));
  }
}

/** Until another writer is faster. Gives the number after the last that was answered. */
async function writeFrom(first: number, key: NamedSigner): Promise<number> {
  const [store, beside] = [await DiskStore.open(join(folder, "log")), await DiskStore.open(join(folder, "beside"))];
  let number = first;
  try {
    const highest = await HighestSigned.open(beside, "highest");
    if (!highest.ok) throw new Error(highest.refusal.sentence);
    const opened = await Journal.open({ store, key, clock: machineClock, highest: highest.value });
    while (opened.ok) {
      const text = `${name} ${number}`;
      const answer = await opened.value.append(encodeUtf8(text));
      if (!answer.ok) break;
      console.log(`${answer.value.index} ${text}`);
      number += 1;
    }
    if (opened.ok) await opened.value.close();
    return number;
  } finally {
    // Where one write failed, another may still be on its way.
    await new Promise((resolve) => setTimeout(resolve, 50));
    await Promise.all([store.close(), beside.close()]);
  }
}
