/**
 * The folder of one party's node, as `init` makes it and `serve` reads it: `node.json` (who, and where the others are),
 * `public-keys.json` (for the charter), `charters/<channel>.json`, and what the node itself keeps.
 */
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { partyId, words } from "@countersign/core/bytes/fields.ts";
import { decodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { CHARTER_LIMIT, charterParty, charterSchema } from "@countersign/core/channel/charter.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { readNamedFile } from "./read-file.ts";

const JSON_LIMIT = 4 * 1024 * 1024;

const publicKeysFile = z.discriminatedUnion("role", [
  z.strictObject({
    type: z.literal("public-keys"),
    role: z.literal("party"),
    id: partyId,
    name: words,
    keys: charterParty.shape.keys,
  }),
  z.strictObject({
    type: z.literal("public-keys"),
    role: z.literal("observer"),
    id: partyId,
    name: words,
    keys: charterSchema.shape.observers.element.omit({ id: true, name: true }),
  }),
]);
export type PublicKeysFile = z.infer<typeof publicKeysFile>;

const nodeFile = z.strictObject({
  type: z.literal("node"),
  id: partyId,
  name: words,
  role: z.enum(["party", "observer"]),
  /** Where the other nodes are, without a slash at the end: `https://borealia.example`. */
  peers: z.array(z.strictObject({ id: partyId, base: z.url({ protocol: /^https?$/ }).max(500) })).max(120),
  /** After how many days the running node reads all its files again; 0: never. Absent: as the node has it. */
  readAgainDays: z.int().min(0).max(365).exactOptional(),
});
export type NodeFile = z.infer<typeof nodeFile>;

export function readPublicKeys(file: string): Promise<Result<PublicKeysFile>> {
  return readJson(file, "public keys", publicKeysFile);
}

export async function readNodeFile(directory: string): Promise<Result<NodeFile>> {
  const read = await readJson(join(directory, "node.json"), "a node's settings", nodeFile);
  if (read.ok || read.refusal.code !== "file-not-found") return read;
  return refuse("node-folder-missing", `${directory} is no node's folder: it has no node.json. Make one with \`countersign init --dir ${directory} --party ID\`.`);
}

/** The canonical bytes of every charter that the node was given. */
export async function readCharters(directory: string): Promise<Result<Uint8Array[]>> {
  const folder = join(directory, "charters");
  const names = await readdir(folder).catch(() => []);
  const charters: Uint8Array[] = [];
  for (const name of names.filter((candidate) => candidate.endsWith(".json")).sort()) {
    const bytes = await readNamedFile(join(folder, name), "a charter", CHARTER_LIMIT);
    if (!bytes.ok) return bytes;
    charters.push(bytes.value);
  }
  return accept(charters);
}

export function readCharterFile(file: string): Promise<Result<Uint8Array>> {
  return readNamedFile(file, "a charter", CHARTER_LIMIT);
}

/** Creates the file; refuses if it is there already. What cannot be written to its end is taken away again. */
export async function writeNew(file: string, bytes: Uint8Array | string | AsyncIterable<Uint8Array>): Promise<Result<void>> {
  try {
    await mkdir(dirname(file), { recursive: true });
    const handle = await open(file, "wx");
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    return accept(undefined);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EEXIST")
      return refuse("file-exists", `${file} is there already and was left as it is. Name another file.`);
    return refuse(
      "file-unwritten",
      `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
}

/** Writes or replaces; a crash leaves the old file or the new one. */
export async function writeNodeFile(directory: string, settings: NodeFile): Promise<Result<void>> {
  const file = join(directory, "node.json");
  const fresh = `${file}.${process.pid}.new`;
  const written = await writeNew(fresh, `${JSON.stringify(settings, undefined, 2)}\n`);
  if (written.ok) await rename(fresh, file);
  return written;
}

async function readJson<Shape>(file: string, what: string, schema: z.ZodType<Shape>): Promise<Result<Shape>> {
  const bytes = await readNamedFile(file, what, JSON_LIMIT);
  if (!bytes.ok) return bytes;
  let json: unknown;
  try {
    json = JSON.parse(decodeUtf8(bytes.value) ?? "");
  } catch {
    return refuse("json-malformed", `${file} is no JSON. It should hold ${what}, as \`countersign init\` writes them.`);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return accept(parsed.data);
  const issue = parsed.error.issues[0];
  return refuse(
    "json-of-another-shape",
    `${file} does not hold ${what}, as \`countersign init\` writes them: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}.`,
  );
}
