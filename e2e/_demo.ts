/** Demonstrations for stories: real processes of the command line, begun from a folder that was played up to a known point. */
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { replaceSha256 } from "@countersign/core/bytes/sha256.ts";
import { startDemonstration } from "@countersign/server/demo/demo.ts";
import { nativeSha256 } from "@countersign/server/signing.ts";
import { call } from "@countersign/wire/client.ts";
import { demonstrationEndpoints, type DemonstrationState } from "@countersign/wire/demonstration.ts";
import { onceInThisRun } from "./_once.ts";
import { countersign, node, root, start, type Running } from "./_program.ts";

/** `opened`: both cases opened, nothing done by hand. `played`: the exercise played to its end. */
export type PlayedTo = "nothing" | "opened" | "played";

export interface Demo {
  readonly address: string;
  readonly directory: string;
  readonly program: Running;
  state(): Promise<DemonstrationState>;
  /** Asks as the Start page would; throws with the refusal's sentence. */
  ask<Name extends "choose" | "skip" | "answer" | "cheat" | "looked" | "restart">(
    name: Name,
    input: (typeof demonstrationEndpoints)[Name]["input"]["_input"],
  ): Promise<DemonstrationState>;
}

const ADDRESS = /http:\/\/(?:localhost|127\.0\.0\.1):\d+/;
const folders: string[] = [];

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** An empty folder that is deleted when the file's stories are over. */
export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-story-"));
  folders.push(folder);
  return folder;
}

/** Starts `countersign demo` and waits for its address. */
export async function startDemo(playedTo: PlayedTo = "opened"): Promise<Demo> {
  await pagesBuilt();
  const directory = await emptyFolder();
  if (playedTo !== "nothing") await cp(await prepared(playedTo), directory, { recursive: true });
  return startDemoIn(directory);
}

/** The same in a folder that a demonstration was stopped in. */
export async function startDemoIn(directory: string): Promise<Demo> {
  const program = start(node, [countersign, "demo", "--dir", directory, "--port", "0"]);
  const [address] = await program.says(ADDRESS);
  const ask: Demo["ask"] = async (name, input) => {
    const endpoint = demonstrationEndpoints[name];
    const answer = await call(endpoint, {}, input as never, { base: address });
    if (!answer.ok) throw new Error(`${name}: ${answer.refusal.sentence}`);
    return answer.value;
  };
  const state = async (): Promise<DemonstrationState> => {
    const answer = await call(demonstrationEndpoints.state, {}, undefined, { base: address });
    if (!answer.ok) throw new Error(answer.refusal.sentence);
    return answer.value;
  };
  return { address, directory, program, state, ask };
}

/** A folder that nobody may start in or change: copy it. */
export function prepared(playedTo: "opened" | "played"): Promise<string> {
  return onceInThisRun(playedTo, async (directory) => {
    replaceSha256(nativeSha256);
    if (playedTo === "played") await cp(await prepared("opened"), directory, { recursive: true });
    const started = await startDemonstration({ directory, port: 0, progress: () => undefined });
    if (!started.ok) throw new Error(started.refusal.sentence);
    try {
      const done = playedTo === "played" ? await started.value.playOut() : await started.value.ready;
      if (!done.ok) throw new Error(done.refusal.sentence);
    } finally {
      await started.value.close();
    }
  });
}

/** Builds the pages if they are missing or older than what they are made from; as for use, which the environment of a test would not ask for. */
export async function pagesBuilt(): Promise<void> {
  await onceInThisRun("pages", async () => {
    const { code, out, err } = await start(
      node,
      [
        "--input-type=module",
        "--eval",
        `import { built } from ${JSON.stringify(`file://${root}tools/ready.mjs`)}; if (!(await built())) process.exitCode = 1;`,
      ],
      { environment: { NODE_ENV: "production" } },
    ).ended;
    if (code !== 0) throw new Error(`${out}${err}`);
  });
}
