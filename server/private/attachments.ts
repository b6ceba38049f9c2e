/** Encrypts attachments to their readers and opens those that this node may read (SPEC R6). Hybrid recipients alone; a node's reading keys are read when they are needed. */
import { Decrypter, Encrypter } from "age-encryption";
import { randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { concatBytes } from "@countersign/core/bytes/concat.ts";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import {
  plainOf,
  readOpening,
  recipientKinds,
  HYBRID_RECIPIENT,
  SALT_BYTES,
  type AttachmentReference,
  type Opening,
} from "@countersign/core/channel/attachment.ts";
import { readingKey, type CharterParty } from "@countersign/core/channel/charter.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { folderOfParty, readPrivate } from "./keys.ts";

export interface Encrypted {
  readonly ciphertext: Uint8Array;
  /** For the statement: what the readers will find is bound to it. */
  readonly plain: string;
}

/** `recipients`: each reader's reading key. Refuses one that is no hybrid age recipient, before anything is encrypted. */
export async function encryptAttachment(
  content: Uint8Array,
  recipients: ReadonlyMap<PartyId, string>,
): Promise<Result<Encrypted>> {
  const encrypter = new Encrypter();
  for (const [party, key] of recipients)
    if (!readingKey.safeParse(key).success || !addRecipient(encrypter, key))
      return refuse(
        "reading-key-unusable",
        `The reading key of ${party} is no hybrid age recipient, so nothing is encrypted to it. ${party} must add another one.`,
        party,
      );
  const opening = concatBytes(new Uint8Array(randomBytes(SALT_BYTES)), content);
  return accept({ ciphertext: await encrypter.encrypt(opening), plain: plainOf(opening) });
}

/**
 * Salt and content, checked against what the author signed. `identities`: every reading key that the node ever had, since the file may have
 * been encrypted to an older one. Refuses `attachment-closed` if none of them opens it, and one that others than hybrid recipients can open.
 */
export async function openAttachment(
  ciphertext: Uint8Array,
  { plain }: Pick<AttachmentReference, "plain">,
  identities: readonly string[],
): Promise<Result<Opening>> {
  const named = recipientKinds(ciphertext);
  if (!named.ok) return named;
  if (named.value.some((one) => one !== HYBRID_RECIPIENT))
    return refuse("attachment-mixed", "This attachment is also encrypted to a recipient that is not hybrid. It is not opened here.");
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  let opening: Uint8Array;
  try {
    opening = await decrypter.decrypt(ciphertext);
  } catch {
    return refuse("attachment-closed", "No reading key of this node opens this attachment: it was made for others, with a key that is not here, or it is damaged.");
  }
  return readOpening(opening, plain);
}

/** The secret halves of all reading keys in a party's key folder, newest first. */
export async function readingIdentities(directory: string, party: CharterParty): Promise<Result<readonly string[]>> {
  const folder = await folderOfParty(directory, party);
  const files = folder === undefined ? [] : (await readdir(folder)).filter((name) => READING_FILE.test(name));
  const numbered = files.map((name) => ({ name, number: Number(READING_FILE.exec(name)?.[1] ?? 1) }));
  const identities: string[] = [];
  for (const { name } of numbered.toSorted((a, b) => b.number - a.number)) {
    const identity = await readPrivate(join(folder ?? "", name));
    if (!identity.ok) return identity;
    if (!/^AGE-SECRET-KEY-PQ-1[02-9AC-HJ-NP-Z]{58}$/.test(identity.value))
      return refuse("key-unreadable", "This key file does not read. Restore it from its copy.", join(folder ?? "", name));
    identities.push(identity.value);
  }
  return identities.length === 0
    ? refuse("reading-key-missing", `No reading key of ${party.id} is in this node's folder. Restore it from its copy.`)
    : accept(identities);
}

const READING_FILE = /^reading(?:-(\d+))?\.txt$/;

/** False for a key whose checksum does not hold. */
function addRecipient(encrypter: Encrypter, key: string): boolean {
  try {
    encrypter.addRecipient(key);
    return true;
  } catch {
    return false;
  }
}
