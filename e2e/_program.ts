/** Programs as a person starts them: to the end, or until they have said something. Every one still running is ended when its file of stories is. */
import { spawn, type ChildProcess } from "node:child_process";
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

export const root = fileURLToPath(new URL("..", import.meta.url));
export const node = process.execPath;
export const countersign = fileURLToPath(new URL("../cli/countersign.mjs", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
  readonly milliseconds: number;
}

export interface Running {
  readonly pid: number;
  /** Everything on both outputs so far. */
  text(): string;
  /** Settles with the first match; rejects with what was said instead if the program ends before. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  ended: Promise<Ended>;
  kill(signal: NodeJS.Signals): Promise<Ended>;
}

const running = new Set<ChildProcess>();

afterAll(async () => {
  for (const child of running) child.kill("SIGKILL");
});

export interface Surroundings {
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** A group of its own, as a terminal gives to each command: a signal then goes to everything that it has started. */
  readonly group?: boolean;
}

export function start(
  command: string,
  values: readonly string[],
  { folder = root, environment = {}, group = false }: Surroundings = {},
): Running {
  const since = performance.now();
  const child = spawn(command, values, {
    cwd: folder,
    detached: group,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1", ...environment },
  });
  running.add(child);
  let out = "";
  let err = "";
  const listeners = new Set<() => void>();
  const heard = (): void => {
    for (const listener of Array.from(listeners)) listener();
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
    heard();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
    heard();
  });
  let over: Ended | undefined;
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      running.delete(child);
      over = { code, signal, out, err, milliseconds: performance.now() - since };
      resolve(over);
      heard();
    });
  });
  const says = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(out) ?? pattern.exec(err);
        if (found === null && over === undefined) return;
        listeners.delete(look);
        if (found === null)
          reject(new Error(`ended with ${over?.code ?? over?.signal} before it said ${pattern}:\n${out}${err}`));
        else resolve(found);
      };
      listeners.add(look);
      look();
    });
  const kill = (signal: NodeJS.Signals): Promise<Ended> => {
    if (group && child.pid !== undefined) process.kill(-child.pid, signal);
    else child.kill(signal);
    return ended;
  };
  return { pid: child.pid ?? 0, text: () => out + err, says, ended, kill };
}

/** Runs `countersign` to its end. */
export function run(values: readonly string[]): Promise<Ended> {
  return start(node, [countersign, ...values]).ended;
}

/** Runs `countersign` where nothing but its own files and the one named may be read, nothing written, and no network or program used. */
export function runAlone(file: string, values: readonly string[]): Promise<Ended> {
  // The packages may be links to another folder.
  const packages = join(realpathSync(fileURLToPath(import.meta.resolve("zod/package.json"))), "..", "..");
  return start(
    node,
    [
      "--permission",
      `--allow-fs-read=${root}*`,
      `--allow-fs-read=${packages}/*`,
      `--allow-fs-read=${file}`,
      countersign,
      ...values,
    ],
    { environment: { NODE_OPTIONS: "" } },
  ).ended;
}
