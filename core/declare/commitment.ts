/**
 * Sealing a value by hash and opening it later (SPEC R17): SHA-256 over length-prefixed domain, channel, author, number,
 * 32-byte nonce and value. The length prefixes keep one field from running into the next.
 */
import { z } from "zod";
import { sha256Hex, type PartyId } from "../bytes/fields.ts";
import { fromBase64 } from "../bytes/base64.ts";
import { concatBytes } from "../bytes/concat.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { sha256 } from "../bytes/sha256.ts";
import { toHex } from "../bytes/hex.ts";

/** A seal as it stands in a statement; `number` counts its author's seals in the channel, so that none is used twice. */
export const seal = z.strictObject({ number: z.int().min(0).max(1_000_000), commitment: sha256Hex });
export type Seal = z.infer<typeof seal>;

export interface Opening {
  readonly value: string;
  /** 32 bytes, base64. */
  readonly nonce: string;
}

const DOMAIN = "countersign/seal/v1";

/** The commitment, hex; `undefined` if the nonce is not 32 bytes of base64. */
export function commitment(channel: string, author: PartyId, number: number, opening: Opening): string | undefined {
  const nonce = fromBase64(opening.nonce);
  if (nonce?.length !== 32) return undefined;
  const fields = [
    encodeUtf8(DOMAIN),
    encodeUtf8(channel),
    encodeUtf8(author),
    encodeUtf8(String(number)),
    nonce,
    encodeUtf8(opening.value),
  ];
  return toHex(sha256(concatBytes(...fields.flatMap((field) => [length(field), field]))));
}

/** True if the opening belongs to the seal. */
export function opens(channel: string, author: PartyId, sealed: Seal, opening: Opening): boolean {
  return commitment(channel, author, sealed.number, opening) === sealed.commitment;
}

/** Four bytes, big endian. */
function length(field: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, field.length);
  return bytes;
}
