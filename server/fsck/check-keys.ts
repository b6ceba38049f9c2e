/** A node's keys against those that its charters and its own logs name: a changed seed makes another key, and is found by that. */
import { identityToRecipient } from "age-encryption";
import { z } from "zod";
import { fromBase64 } from "@countersign/core/bytes/base64.ts";
import { base64Of32 } from "@countersign/core/bytes/fields.ts";
import { decodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { readStorageKey } from "../private/encrypted-store.ts";
import { edwardsSigner, nativeSigner } from "../signing.ts";
import type { Damage } from "./damage.ts";
import type { StoredFiles } from "./stored-files.ts";

const keyFile = z.strictObject({ name: z.string(), ed25519: base64Of32, mldsa44: base64Of32.exactOptional() });

/** Public halves that must have their secret here, as `publicText` gives them. */
export interface WantedKeys {
  readonly standing: readonly string[];
  /** May be here too: the root key, retired keys. */
  readonly known: readonly string[];
}

/** One spelling for a public key of any kind. */
export function publicText(name: string, ed25519: string, mldsa44 = ""): string {
  return `${name} ${ed25519} ${mldsa44}`;
}

export async function checkKeys(files: StoredFiles, wanted: WantedKeys): Promise<{ damage: Damage[]; remarks: string[] }> {
  const damage: Damage[] = [];
  const remarks: string[] = [];
  const only = (path: string, what: string) => damage.push({ path, what, from: [], remedy: "copy" });
  const found = new Set<string>();
  for (const path of files.under("keys/")) {
    if (path.startsWith("keys/.")) continue;
    const text = decodeUtf8((await files.read(path)) ?? new Uint8Array(0)) ?? "";
    if (path === "keys/storage.key") {
      if (readStorageKey(text) === undefined) only(path, "The key of the private store does not read.");
      continue;
    }
    const key = await publicOf(path, text);
    const named = [...wanted.standing, ...wanted.known];
    if (key === undefined) only(path, "This key file does not read.");
    else if (named.includes(key)) found.add(key);
    else if (named.some((other) => sharesPart(key, other))) only(path, "This is not the key that the charter or a key change names.");
    else remarks.push(`${path}: a key that no charter and no key change names.`);
  }
  const lost = wanted.standing.filter((key) => !found.has(key));
  for (const key of lost) only("keys", `The secret of the key ${key.split(" ")[0] ?? ""} is not here, or its file is damaged.`);
  return { damage, remarks };
}

/** Name or one half alike: the same key, changed. Another key has neither. */
function sharesPart(key: string, other: string): boolean {
  const parts = other.split(" ");
  return key.split(" ").some((part, position) => part !== "" && part === parts[position]);
}

async function publicOf(path: string, text: string): Promise<string | undefined> {
  if (path.endsWith(".txt"))
    return text.endsWith("\n") ? identityToRecipient(text.slice(0, -1)).catch(() => undefined) : undefined;
  const read = parse(text);
  const ed25519 = fromBase64(read?.ed25519 ?? "");
  if (read === undefined || ed25519 === undefined || `${JSON.stringify(read)}\n` !== text) return undefined;
  const mldsa44 = read.mldsa44 === undefined ? undefined : fromBase64(read.mldsa44);
  if (mldsa44 === undefined) return publicText(read.name, edwardsSigner(read.name, ed25519).named.ed25519);
  const { pair } = nativeSigner({ ed25519, mldsa44 });
  return publicText(read.name, pair.ed25519, pair.mldsa44);
}

function parse(text: string): z.infer<typeof keyFile> | undefined {
  try {
    return keyFile.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
