/** Two parties and an observer, each a process of its own, made and served by the command line, exchange over HTTP; one is killed in between. */
import { createServer } from "node:net";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { RecordAnswer } from "@countersign/wire/endpoints.ts";
import { deskAt, letterTo, type DeskClient } from "./_desk.ts";
import { emptyFolder } from "./_demo.ts";
import { countersign, node, run, start, type Running } from "./_program.ts";

const PARTICIPANTS = ["aurelia", "borealia", "watch"] as const;
const SIDES = ["aurelia", "borealia"] as const;
type Participant = (typeof PARTICIPANTS)[number];

let folder: string;
let channel: string;
let ports: ReadonlyMap<Participant, number>;

interface Served {
  readonly program: Running;
  readonly desk: DeskClient;
}

beforeAll(async () => {
  folder = await emptyFolder();
  ports = new Map(
    await Promise.all(PARTICIPANTS.map(async (id): Promise<[Participant, number]> => [id, await freePort()])),
  );
  for (const id of PARTICIPANTS)
    await ran(["init", "--dir", join(folder, id), id === "watch" ? "--observer-node" : "--party", id, "--name", id]);
  const keysOf = (id: Participant): string => join(folder, id, "public-keys.json");
  const charter = join(folder, "charter.json");
  const made = await ran([
    "init",
    "--charter",
    charter,
    "--title",
    "A channel of three",
    "--summary",
    "Made by a test.",
    "--nature",
    "exercise",
    "--left",
    keysOf("aurelia"),
    "--right",
    keysOf("borealia"),
    "--observer",
    keysOf("watch"),
    "--json",
  ]);
  ({ channel } = JSON.parse(made) as { channel: string });
  for (const id of PARTICIPANTS) {
    const peers = PARTICIPANTS.filter((other) => other !== id).flatMap((other) => [
      "--peer",
      `${other}=http://127.0.0.1:${ports.get(other)}`,
    ]);
    await ran(["init", "--dir", join(folder, id), "--join", charter, ...peers]);
  }
});

test("Three nodes found a channel, exchange, survive a SIGKILL and end with the same heads and receipts", async () => {
  const nodes = new Map<Participant, Served>();
  for (const id of PARTICIPANTS) nodes.set(id, await served(id));
  const desk = (id: Participant): DeskClient => nodes.get(id)?.desk ?? deskAt("");

  // Nothing but the charter applies before both have signed it.
  await expect.poll(async () => (await said(desk("aurelia"), "borealia", "A first letter")).ok, PATIENTLY).toBe(true);
  await expect.poll(async () => (await said(desk("borealia"), "aurelia", "An answer")).ok, PATIENTLY).toBe(true);
  await nodes.get("borealia")?.program.kill("SIGKILL");
  const alone = await said(desk("aurelia"), "borealia", "Written while the other node was down");
  if (!alone.ok) throw new Error(alone.refusal.sentence);
  nodes.set("borealia", await served("borealia"));
  const after = await said(desk("borealia"), "aurelia", "Written after the restart");
  if (!after.ok) throw new Error(after.refusal.sentence);

  for (const side of SIDES)
    await expect
      .poll(async () => [...(await desk(side).ids(channel))], PATIENTLY)
      .toEqual(expect.arrayContaining([alone.value.id, after.value.id]));
  // Receipts beget heads and heads receipts, until nothing new is learned: then all three agree.
  await expect
    .poll(async () => {
      const seen = await Promise.all(PARTICIPANTS.map(async (id) => headsOf(await desk(id).record(channel))));
      return seen.every((heads) => heads.length === SIDES.length && JSON.stringify(heads) === JSON.stringify(seen[0]))
        ? seen[0]?.map(({ cosigners }) => cosigners)
        : seen;
    }, PATIENTLY)
    .toEqual([
      ["borealia", "watch"],
      ["aurelia", "watch"],
    ]);

  const observed = await desk("watch").record(channel);
  expect(observed.logs.map(({ entries, released }) => [entries.length, released.length])).toEqual([
    [0, 0],
    [0, 0],
  ]);
  expect(observed.observations).toEqual([]);

  const file = join(folder, "channel.tar");
  await writeFile(file, await desk("borealia").bundle(channel));
  const { code, out } = await run(["verify", file, "--channel", channel, "--json"]);
  expect(JSON.parse(out)).toMatchObject({ ok: true, anchored: true, problems: [], inert: [], observations: [] });
  expect(code).toBe(0);
  for (const { program } of nodes.values()) expect((await program.kill("SIGINT")).code).toBe(0);
}, 120_000);

const PATIENTLY = { timeout: 45_000, interval: 200 };

const said = (desk: DeskClient, to: string, text: string): ReturnType<DeskClient["say"]> =>
  desk.say(channel, letterTo(to, text));

/** Starts a node and opens its desk by the link that it prints. */
async function served(id: Participant): Promise<Served> {
  const program = start(node, [
    countersign,
    "serve",
    "--dir",
    join(folder, id),
    "--port",
    String(ports.get(id)),
    "--json",
  ]);
  const [line] = await program.says(/^\{.*"desk".*\}$/m);
  const { address, desk } = JSON.parse(line) as { address: string; desk: string };
  const entered = await fetch(desk, { redirect: "manual" });
  const cookie = entered.headers.get("set-cookie")?.split(";")[0] ?? "";
  const again = await fetch(desk, { redirect: "manual" });
  expect(again.status, "a link works once").toBe(401);
  return {
    program,
    desk: deskAt(address, (input, options) =>
      fetch(input, { ...options, headers: { ...(options?.headers as Record<string, string> | undefined), cookie } }),
    ),
  };
}

interface Head {
  readonly log: string;
  readonly size: string;
  readonly root: string;
  readonly cosigners: readonly string[];
}

/** Of each log the newest head held, and whose cosignatures of it are known. */
function headsOf({ logs }: RecordAnswer): readonly Head[] {
  return logs.flatMap(({ log, head }) => {
    const [, size, root, ...lines] = (head ?? "").split("\n");
    if (size === undefined || root === undefined) return [];
    const cosigners = PARTICIPANTS.filter(
      (id) => id !== log && lines.some((line) => line.startsWith(`— `) && line.split(" ")[1]?.includes(id) === true),
    );
    return [{ log, size, root, cosigners }];
  });
}

async function ran(values: readonly string[]): Promise<string> {
  const { code, out, err } = await run(values);
  expect(code, err).toBe(0);
  return out;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
