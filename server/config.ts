/** One party's node outside a demonstration: its folder is made by `initialise`, described by `node.json` in it, and served by `serveNode`. */
import { serve, type ServerType } from "@hono/node-server";
import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Hono } from "hono";
import { z } from "zod";
import { partyId, words, type PartyId, type Words } from "@countersign/core/bytes/fields.ts";
import { fingerprint } from "@countersign/core/signing/key-id.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { machineClock } from "./clock.ts";
import { deskPages } from "./http/desk-pages.ts";
import { startNode, type CountersignNode } from "./node.ts";
import { createKeys, createObserverKeys, writePrivate, type ObserverPublicKeys, type PartyPublicKeys } from "./private/keys.ts";

/** `node.json`: everything about a node that is no secret. Edited by hand; read at each start. */
export const nodeFile = z.strictObject({
  type: z.literal("countersign-node"),
  version: z.literal(1),
  id: partyId,
  name: words,
  role: z.enum(["party", "observer"]),
  listen: z.strictObject({ host: z.string().min(1).max(255), port: z.int().min(0).max(65_535) }),
  /** Their nodes' addresses, without a slash at the end. */
  peers: z.array(z.strictObject({ id: partyId, base: z.string().regex(/^https?:\/\/[^\s/?#]+(?:\/[^\s?#]*[^\s/?#])?$/) })).max(100),
  /** Files in `charters/`, as they were agreed. */
  charters: z.array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/)).max(100),
  pullEverySeconds: z.int().min(1).max(3600),
});
export type NodeFile = z.infer<typeof nodeFile>;

export interface Initialised {
  readonly directory: string;
  /** What goes into the charter: under `keys` for a party, beside `id` and `name` for an observer. Also in `public-<circle>.json`. */
  readonly keys: PartyPublicKeys | ObserverPublicKeys;
  /** To be compared by voice before the charter is signed (SPEC R1): of the root key, or of an observer's witness key. */
  readonly fingerprint: string;
}

export interface InitialiseOptions {
  readonly directory: string;
  readonly id: PartyId;
  readonly name: Words;
  readonly role: "party" | "observer";
  /** The group that will found a channel; begins the key names together with `domain`. */
  readonly circle: string;
  readonly domain?: string;
}

/** Makes the folder, its keys and `node.json`. Refuses a folder that holds anything: a wrong path must not begin a second log. */
export async function initialise(options: InitialiseOptions): Promise<Result<Initialised>> {
  const { directory, id, name, role, circle, domain } = options;
  const named = z.strictObject({ id: partyId, name: words }).safeParse({ id, name });
  if (!named.success) return refuse("node-name", `"${id}" with this name cannot be used: ${named.error.issues[0]?.message ?? "unknown"}. An id has small letters, digits and hyphens.`);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  if ((await readdir(directory)).length > 0) return refuse("directory-not-empty", `The folder ${directory} holds something. Name an empty one or a new one.`);
  const made = role === "party" ? await createKeys(directory, id, circle, domain) : await createObserverKeys(directory, id, circle, domain);
  if (!made.ok) return made;
  const file: NodeFile = { type: "countersign-node", version: 1, id, name, role, listen: { host: "127.0.0.1", port: 8470 }, peers: [], charters: [], pullEverySeconds: 5 };
  await mkdir(join(directory, "charters"));
  await writePrivate(join(directory, `public-${circle}.json`), JSON.stringify({ id, name, ...("root" in made.value ? { keys: made.value } : made.value) }, undefined, 2));
  await writePrivate(join(directory, "node.json"), JSON.stringify(file, undefined, 2));
  return accept({ directory, keys: made.value, fingerprint: fingerprint("root" in made.value ? made.value.root.pair : made.value.witness.pair) });
}

export interface ServedNode {
  readonly node: CountersignNode;
  /** Where it listens. */
  readonly address: string;
  /** Opens the desk, once. */
  readonly deskLink: string;
  close(): Promise<void>;
}

export interface ServeOptions {
  /** In place of the port in `node.json`. */
  readonly port?: number;
  /** The built pages; absent: none are served. */
  readonly pages?: string;
}

/** Starts the node that a folder describes. Refuses a folder without a readable `node.json`, a missing charter, and a port in use. */
export async function serveNode(directory: string, options: ServeOptions = {}): Promise<Result<ServedNode>> {
  const file = await readNodeFile(directory);
  if (!file.ok) return file;
  const { id, name, role, listen, peers, charters, pullEverySeconds } = file.value;
  const channels: { charter: Uint8Array }[] = [];
  for (const charter of charters) {
    const path = join(directory, "charters", charter);
    try {
      channels.push({ charter: new Uint8Array(await readFile(path)) });
    } catch {
      return refuse("charter-missing", "This charter is named in node.json and is not there. Put the agreed file there.", path);
    }
  }
  const deskToken = randomBytes(24).toString("base64url");
  const started = await startNode({ id, name, role, directory, clock: machineClock, channels, peers, demonstration: false, pullEveryMilliseconds: pullEverySeconds * 1000, deskToken });
  if (!started.ok) return started;
  const node = started.value;
  const app = new Hono();
  for (const path of ["/api/*", "/log/*"]) app.all(path, (c) => node.app.fetch(c.req.raw));
  if (options.pages !== undefined) app.route("/", deskPages(options.pages));
  const listening = await startListening(app, listen.host, options.port ?? listen.port);
  if (!listening.ok) {
    await node.close();
    return listening;
  }
  const { server, address } = listening.value;
  return accept({
    node,
    address,
    deskLink: `${address}/api/enter?token=${deskToken}`,
    close: async () => {
      await stopListening(server);
      await node.close();
    },
  });
}

/** Reads `node.json`; the refusal names the field that does not read. */
export async function readNodeFile(directory: string): Promise<Result<NodeFile>> {
  const path = join(directory, "node.json");
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, "utf8"));
  } catch {
    return refuse("node-file-missing", "There is no readable node.json here. Make a folder with `countersign init`, or name the right one.", path);
  }
  const parsed = nodeFile.safeParse(json);
  if (parsed.success) return accept(parsed.data);
  const issue = parsed.error.issues[0];
  return refuse("node-file-malformed", `node.json does not read at ${issue?.path.join(".") ?? "its top"}: ${issue?.message ?? "unknown"}.`, path);
}

/** Listens on one address; refuses a port in use. */
export function startListening(app: Hono, host: string, port: number): Promise<Result<{ readonly server: ServerType; readonly address: string }>> {
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port, hostname: host }, (info: AddressInfo) => resolve(accept({ server, address: `http://${host.includes(":") ? `[${host}]` : host}:${info.port}` })));
    server.once("error", (error: NodeJS.ErrnoException) =>
      resolve(refuse("port-unusable", error.code === "EADDRINUSE" ? `Port ${port} is in use. Name another, or end what uses it.` : `Port ${port} on ${host} cannot be used: ${error.message}.`, String(port))),
    );
  });
}

export function stopListening(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    if ("closeAllConnections" in server) server.closeAllConnections();
  });
}
