/** For tests: nodes of a made-up circle, each with a folder and an address of its own on this machine. */
import { serve, type ServerType } from "@hono/node-server";
import { mkdtemp, rm, statfs } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { channelId, charterBytes, type Charter } from "@countersign/core/channel/charter.ts";
import type { Instant } from "@countersign/core/bytes/fields.ts";
import type { Result } from "@countersign/core/refusal.ts";
import type { StatementRequest } from "@countersign/wire/endpoints.ts";
import { createKeys, createObserverKeys, startNode, type CountersignNode, type NodeConfig } from "./node.ts";

/** A node as the others reach it: requests go to whatever stands there now. */
export interface Seat {
  readonly id: string;
  readonly role: "party" | "observer";
  readonly directory: string;
  readonly base: string;
  answer: (request: Request) => Response | Promise<Response>;
}

export interface TestCircle {
  readonly charter: Charter;
  readonly channel: string;
  readonly clock: { at: Instant; now(): Instant };
  seat(id: string): Seat;
  start(id: string, more?: Partial<NodeConfig>): Promise<CountersignNode>;
  /** Each node exchanges with the others, as often as it takes for receipts to come back. */
  exchange(...nodes: CountersignNode[]): Promise<void>;
  close(): Promise<void>;
}

export function must<Value>(result: Result<Value>): Value {
  if (result.ok) return result.value;
  throw new Error(`${result.refusal.code}: ${result.refusal.sentence} ${result.refusal.where ?? ""}`);
}

/** A short letter, as a desk would send it. */
export function letterTo(to: string, text: string, files: StatementRequest["files"] = []): StatementRequest {
  const body = {
    form: "note",
    title: { en: "Note" },
    text: { en: text },
    to: [to],
    answers: [],
    asksReply: false,
    venues: [],
    sources: [],
    confirmed: true,
  };
  return { kind: "letter", body, files };
}

export const closedDoor = (): Response => new Response(null, { status: 503 });

/** In memory where there is room: a third of the time of such tests is waiting for a disk, and what a killed process wrote is not lost there either. */
async function roomyFolder(): Promise<string> {
  const memory = "/dev/shm";
  const space = await statfs(memory).catch(() => undefined);
  return space !== undefined && space.bavail * space.bsize > 2 ** 30 ? memory : tmpdir();
}

export async function foundTestCircle(
  parties: readonly string[],
  observers: readonly string[] = [],
): Promise<TestCircle> {
  const folder = await mkdtemp(join(await roomyFolder(), "countersign-circle-"));
  const servers: ServerType[] = [];
  const nodes = new Set<CountersignNode>();
  const seats = new Map<string, Seat>();
  for (const [id, role] of [
    ...parties.map((id) => [id, "party"] as const),
    ...observers.map((id) => [id, "observer"] as const),
  ]) {
    const seat: Seat = { id, role, directory: join(folder, id), base: "", answer: closedDoor };
    const { server, port } = await listen((request) => seats.get(id)?.answer(request) ?? closedDoor());
    servers.push(server);
    seats.set(id, Object.assign(seat, { base: `http://127.0.0.1:${port}` }));
  }
  const seat = (id: string): Seat => {
    const found = seats.get(id);
    if (found === undefined) throw new Error(`no seat for ${id}`);
    return found;
  };
  const charter: Charter = {
    type: "charter",
    version: 1,
    nature: "exercise",
    title: { en: "Test circle" },
    summary: { en: "Invented parties." },
    parties: await Promise.all(
      parties.map(async (id, index) => ({
        id,
        name: { en: id },
        role: "party" as const,
        side: index % 2 === 0 ? "west" : "east",
        keys: must(await createKeys(seat(id).directory, id, "test")),
      })),
    ),
    sides: [
      { id: "west", name: { en: "West" }, mark: "left" },
      { id: "east", name: { en: "East" }, mark: "right" },
    ],
    observers: await Promise.all(
      observers.map(async (id) => ({
        id,
        name: { en: id },
        ...must(await createObserverKeys(seat(id).directory, id, "test")),
      })),
    ),
    statesConcerned: [],
    cosigning: "all",
    caps: { bodyFileBytes: 1_000_000 },
    tolerances: { clockSeconds: 300, receiveHours: 24 },
    rules: 1,
    nonce: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
  };
  const clock = { at: "2027-03-11T02:07:00Z", now: () => clock.at };
  return {
    charter,
    channel: channelId(charter),
    clock,
    seat,
    start: async (id, more = {}) => {
      const { role, directory } = seat(id);
      const node = must(
        await startNode({
          id,
          name: { en: id },
          role,
          directory,
          clock,
          channels: [{ charter: charterBytes(charter) }],
          peers: [...seats.values()]
            .filter((other) => other.id !== id)
            .map((other) => ({ id: other.id, base: other.base })),
          demonstration: true,
          pullEveryMilliseconds: 0,
          ...more,
        }),
      );
      seat(id).answer = (request) => node.app.fetch(request);
      const close = node.close.bind(node);
      node.close = async () => {
        nodes.delete(node);
        seat(id).answer = closedDoor;
        await close();
      };
      nodes.add(node);
      return node;
    },
    exchange: async (...some) => {
      for (let round = 0; round < 2; round += 1) for (const node of some) await node.exchangeNow();
    },
    close: async () => {
      for (const node of nodes) await node.close();
      for (const server of servers) await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}

function listen(
  fetch: (request: Request) => Response | Promise<Response>,
): Promise<{ server: ServerType; port: number }> {
  return new Promise((resolve) => {
    const server = serve({ fetch, port: 0, hostname: "127.0.0.1" }, ({ port }: AddressInfo) =>
      resolve({ server, port }),
    );
  });
}
