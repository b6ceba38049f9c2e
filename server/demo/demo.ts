/** `countersign demo`: both cases on this machine, played by people at the Start page or, with `once`, by itself. */
import { serve, type ServerType } from "@hono/node-server";
import { mkdir, readdir, rm, rmdir } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Hono } from "hono";
import type { Instant } from "@countersign/core/bytes/fields.ts";
import { accept, refuse, type Refusal, type Result } from "@countersign/core/refusal.ts";
import type { CaseName } from "@countersign/wire/demonstration.ts";
import { deskPages } from "../http/desk-pages.ts";
import { deskAccess } from "../access/desk-access.ts";
import { logRoutes } from "../http/log-routes.ts";
import { lockDirectory } from "../journal/directory-lock.ts";
import { Demonstration, type PlayedCase } from "./demonstration.ts";
import { ENDED } from "./ended.ts";
import { demoRoutes } from "./demo-routes.ts";
import { nodeDirectory } from "./found-circle.ts";
import { openCase, playCase, readInspectionPlan } from "./open-cases.ts";
import { openProgress } from "./progress.ts";
import { writeDurably } from "./write-durably.ts";

export interface DemonstrationOptions {
  readonly directory: string;
  /** 0: any free port. */
  readonly port: number;
  /** The built pages; absent: none are served. */
  readonly pages?: string;
  /** Told what is under way, for a person. */
  readonly progress: (text: string) => void;
  /** Ends the opening at once; what a new folder got by then is taken away again, an older one goes on where it was. */
  readonly signal?: AbortSignal;
}

export interface RunningDemonstration {
  readonly address: string;
  readonly demonstration: Demonstration;
  readonly cases: Readonly<Record<CaseName, PlayedCase>>;
  /** Settles when the exercise's opening is in the record too. */
  readonly ready: Promise<Result<undefined>>;
  /** Plays both cases to their ends and writes a bundle of each circle into the folder; gives their paths. */
  playOut(): Promise<Result<readonly WrittenBundle[]>>;
  close(): Promise<void>;
}

export interface WrittenBundle {
  readonly circle: string;
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly asOf: Instant;
}

const MARKER = "countersign-demonstration";

/** Refuses a port in use, a folder that holds something else, one that another demonstration uses, and a case file that does not read. */
export async function startDemonstration(options: DemonstrationOptions): Promise<Result<RunningDemonstration>> {
  const claimed = await claim(options.directory);
  if (!claimed.ok) return claimed;
  const lock = await lockDirectory(options.directory);
  if (!lock.ok) return lock;
  const release = async <Value>(result: Result<Value>): Promise<Result<Value>> => {
    await lock.value.release();
    if (!result.ok && wasEnded(result.refusal)) await claimed.value();
    return result;
  };

  let app = new Hono();
  const listening = await listen((request) => app.fetch(request), options.port);
  if (!listening.ok) return release(listening);
  const { server, address } = listening.value;
  const opened = await open(options, address);
  if (!opened.ok) {
    await stop(server);
    return release(opened);
  }
  let current = opened.value;

  const restart = async (): Promise<Result<undefined>> => {
    await current.demonstration.settled();
    await closeNodes(current.cases);
    const names = [...current.cases.exercise.circles.nodes.keys()];
    for (const id of names) await rm(nodeDirectory(options.directory, id), { recursive: true, force: true });
    for (const file of ["clock-exercise", "progress.json", "charters/exercise.json"]) await rm(join(options.directory, file), { force: true });
    const again = await open(options, address);
    if (!again.ok) return again;
    current = again.value;
    app = compose();
    return playBoth(current, options.progress);
  };
  const compose = (): Hono => composeApp(current, restart, options.pages);
  app = compose();

  const first = await playCase(current.cases["2022"], options.progress, options.signal);
  if (!first.ok) {
    await closeNodes(current.cases);
    await stop(server);
    return release(first);
  }
  const ready = playCase(current.cases.exercise, options.progress, options.signal);
  return accept({
    address,
    get demonstration() {
      return current.demonstration;
    },
    get cases() {
      return current.cases;
    },
    ready,
    playOut: async () => {
      const opening = await ready;
      if (!opening.ok) return opening;
      const played = await current.demonstration.playOut((_, what) => options.progress(`exercise: ${what.en ?? ""}`));
      return played.ok ? writeBundles(options.directory, current.cases) : played;
    },
    close: async () => {
      await ready.catch(() => undefined);
      await current.demonstration.settled();
      await stop(server);
      await closeNodes(current.cases);
      await lock.value.release();
    },
  });
}

/** True of a refusal that says no more than that somebody ended it. */
export function wasEnded({ code }: Refusal): boolean {
  return code === ENDED;
}

interface Opened {
  readonly cases: Readonly<Record<CaseName, PlayedCase>>;
  readonly demonstration: Demonstration;
}

async function open(options: DemonstrationOptions, address: string): Promise<Result<Opened>> {
  const plan = await readInspectionPlan();
  if (!plan.ok) return plan;
  const progress = await openProgress(join(options.directory, "progress.json"));
  if (!progress.ok) return progress;
  const opening = { directory: options.directory, address, progress: options.progress, ...(options.signal === undefined ? {} : { signal: options.signal }) };
  const reconstruction = await openCase("2022", opening);
  if (!reconstruction.ok) return reconstruction;
  const exercise = await openCase("exercise", opening);
  if (!exercise.ok) {
    for (const node of reconstruction.value.circles.nodes.values()) await node.close();
    return exercise;
  }
  const cases = { "2022": reconstruction.value, exercise: exercise.value };
  return accept({ cases, demonstration: new Demonstration(cases, plan.value, progress.value, options.directory) });
}

async function playBoth({ cases }: Opened, progress: (text: string) => void): Promise<Result<undefined>> {
  const first = await playCase(cases["2022"], progress);
  return first.ok ? playCase(cases.exercise, progress) : first;
}

/** Nodes first, with a cheating side's altered log before its honest one; then the Start page's questions; then the pages. */
function composeApp(opened: Opened, restart: () => Promise<Result<undefined>>, pages: string | undefined): Hono {
  const app = new Hono();
  const { demonstration, cases } = opened;
  for (const { circles } of Object.values(cases))
    for (const node of circles.nodes.values()) {
      for (const { channel } of circles.founded) {
        const cheated = logRoutes({ channel, gate: node.gate, path: `/nodes/${node.id}`, sourceFor: (reader) => demonstration.cheating?.source(node.logs(channel), reader.role) ?? node.logs(channel), hinted: (reader) => node.hinted(channel, reader) });
        app.all(`/nodes/${node.id}/log/${channel}/*`, (context, next) => (demonstration.cheating?.side === node.id ? cheated.fetch(context.req.raw) : next()));
      }
      app.all(`/nodes/${node.id}/*`, (context) => node.app.fetch(context.req.raw));
    }
  app.use("/demo/*", deskAccess(true, undefined, "").guard);
  app.route("/", demoRoutes({ demonstration: () => demonstration, restart }));
  if (pages !== undefined) app.route("/", deskPages(pages));
  return app;
}

/** A new or empty folder, or one that a demonstration made. Gives how to take away again what was not there before. */
async function claim(directory: string): Promise<Result<() => Promise<void>>> {
  const made = await mkdir(directory, { recursive: true }).catch(() => undefined);
  let names: string[];
  try {
    names = await readdir(directory);
  } catch {
    return refuse("demo-no-directory", `${directory} is no folder that can be used. Name another with --dir.`, directory);
  }
  if (names.length > 0 && !names.includes(MARKER)) return refuse("demo-directory-holds-something-else", `${directory} holds something else. Name an empty folder with --dir; nothing was changed.`, directory);
  if (names.length > 0) return accept(async () => undefined);
  await writeDurably(join(directory, MARKER), "1\n");
  return accept(async () => {
    for (const name of await readdir(directory)) await rm(join(directory, name), { recursive: true, force: true });
    if (made !== undefined) await rmdir(directory);
  });
}

async function writeBundles(directory: string, cases: Readonly<Record<CaseName, PlayedCase>>): Promise<Result<readonly WrittenBundle[]>> {
  const written: WrittenBundle[] = [];
  for (const { circles, clock } of Object.values(cases))
    for (const { id, channel, charter } of circles.founded) {
      const first = charter.parties[0];
      if (first === undefined) continue;
      const bundle = await circles.node(first.id).bundle(channel);
      if (!bundle.ok) return bundle;
      const file = join(directory, `${id}.tar`);
      await writeDurably(file, bundle.value);
      written.push({ circle: id, file, bytes: bundle.value, asOf: clock.now() });
    }
  return accept(written);
}

function listen(fetch: (request: Request) => Response | Promise<Response>, port: number): Promise<Result<{ server: ServerType; address: string }>> {
  return new Promise((resolve) => {
    const server = serve({ fetch, port, hostname: "127.0.0.1" }, (info: AddressInfo) => resolve(accept({ server, address: `http://127.0.0.1:${info.port}` })));
    server.once("error", (error: NodeJS.ErrnoException) => {
      resolve(
        error.code === "EADDRINUSE"
          ? refuse("port-in-use", `Port ${port} is in use. Name another with --port, or end what uses it.`, String(port))
          : refuse("port-unusable", `Port ${port} cannot be used: ${error.message}.`, String(port)),
      );
    });
  });
}

function stop(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    if ("closeAllConnections" in server) server.closeAllConnections();
    server.close(() => resolve());
  });
}

async function closeNodes(cases: Readonly<Record<CaseName, PlayedCase>>): Promise<void> {
  for (const { circles } of Object.values(cases)) for (const node of circles.nodes.values()) await node.close();
}
