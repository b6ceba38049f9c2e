/**
 * `memory`: what a node keeps resident whose channel holds 100,000 statements: a process of its own, started as `serve` starts it, whose desk
 * then reads the whole record and makes statements. The peak counts, from the start on.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { median, rounded, seconds, type Measurement } from "./measure.ts";
import { makeNodeFolder } from "./node-folder.ts";
import { letterBody } from "./record.ts";
import { scratchFolder } from "./scratch.ts";

const STATEMENTS = 100_000;
const REACH_MIB = 512;
const SAID = 20;

export const memory: Measurement = {
  id: "memory",
  async measure(progress, signal) {
    const folder = await scratchFolder();
    try {
      progress(`memory: signing ${STATEMENTS} statements`);
      const channel = await makeNodeFolder(folder, STATEMENTS);
      progress("memory: a node starts on them");
      const first = await visit(folder, channel, signal);
      progress("memory: it starts again");
      const again = await visit(folder, channel, signal);
      const peak = Math.max(first.peak, again.peak);
      return {
        id: "memory",
        what:
          `the most a node with ${STATEMENTS} statements kept resident: ${first.started} MiB after its first start (${rounded(first.start)} s), ${again.started} MiB after the next ` +
          `(${rounded(again.start)} s), ${again.served} MiB while its desk read all of it and said ${SAID} statements (${rounded(again.say * 1000)} ms each)`,
        value: peak,
        unit: "MiB",
        baseline: await emptyProcess(),
        ratio: null,
        reach: `at most ${REACH_MIB} MiB`,
        ok: peak <= REACH_MIB,
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

interface Visit {
  /** Seconds until it answered. */
  readonly start: number;
  /** Resident after it, and after serving; and the most at any time. MiB. */
  readonly started: number;
  readonly served: number;
  readonly peak: number;
  /** Seconds a statement takes, the desk's request included. */
  readonly say: number;
}

async function visit(directory: string, channel: string, signal: AbortSignal): Promise<Visit> {
  const main = fileURLToPath(new URL("../countersign.mjs", import.meta.url));
  const child = spawn(process.execPath, [main, "serve", "--dir", directory, "--port", "0", "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
    signal,
  });
  try {
    let line = "";
    const start = await seconds(async () => {
      line = await firstLine(child);
    });
    const { address, desk } = JSON.parse(line) as { address: string; desk: string };
    const started = await resident(child);
    const cookie = (await fetch(desk, { redirect: "manual" })).headers.get("set-cookie")?.split(";")[0] ?? "";
    await readRecord(address, channel, cookie);
    const served = await resident(child);
    const times: number[] = [];
    for (let number = 0; number < SAID; number += 1) times.push(await seconds(() => say(address, channel, cookie, number)));
    const after = await resident(child);
    return { start, started: started.now, served: after.now, peak: Math.max(served.peak, after.peak), say: median(times) };
  } finally {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    if (child.exitCode === null && child.kill("SIGINT")) await ended;
  }
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) return reject(new Error("no output"));
    createInterface(child.stdout).once("line", resolve);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the node ended with ${code}`)));
  });
}

/** As a desk does that has nothing yet. */
async function readRecord(address: string, channel: string, cookie: string): Promise<void> {
  const have = new Map<string, number>();
  for (let grew = true; grew; ) {
    const asked = [...have].map(([log, size]) => `${log}:${size}`).join(",");
    const answer = await fetch(`${address}/api/channels/${channel}/record?have=${asked}`, { headers: { cookie } });
    if (!answer.ok) throw new Error(await answer.text());
    const { logs } = (await answer.json()) as { logs: { log: string; from: number; entries: string[] }[] };
    grew = logs.some(({ entries }) => entries.length > 0);
    for (const { log, from, entries } of logs) have.set(log, from + entries.length);
  }
}

async function say(address: string, channel: string, cookie: string, number: number): Promise<void> {
  const answer = await fetch(`${address}/api/channels/${channel}/statements`, {
    method: "POST",
    headers: { cookie, "content-type": "application/json" },
    body: JSON.stringify({ kind: "letter", body: letterBody(number, "aurelia"), files: [] }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

/** MiB now and at most so far, as the system counts them. */
async function resident(child: ChildProcess): Promise<{ readonly now: number; readonly peak: number }> {
  const status = await readFile(`/proc/${child.pid}/status`, "utf8").catch(() => {
    throw new Error("What a process keeps resident is read from /proc, which this system does not have.");
  });
  const mebibytes = (name: string) => Math.round(Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) / 1024);
  return { now: mebibytes("VmRSS"), peak: mebibytes("VmHWM") };
}

/** MiB of a process that does nothing. */
async function emptyProcess(): Promise<number> {
  const child = spawn(process.execPath, ["-e", "console.log('ready'); setInterval(() => {}, 1000)"], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    await firstLine(child);
    return (await resident(child)).peak;
  } finally {
    child.kill();
  }
}
