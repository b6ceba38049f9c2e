/**
 * Log keys that a reader got from somewhere else than the bundle: a file of `log` lines as in C2SP tlog-policy. Heads under these
 * keys cover entry 0 of each log, which signs the charter, so they vouch for the whole channel.
 */
import type { NamedPair } from "../channel/charter.ts";
import { equalBytes } from "../bytes/concat.ts";
import { rawPair } from "../signing/pair.ts";
import { formatVerifierKey, parseVerifierKey, type VerifierKey } from "../signing/verifier-key.ts";
import { ED25519_NOTE, MLDSA44_COSIGNATURE } from "../signing/key-id.ts";
import { accept, refuse, type Result } from "../refusal.ts";

export type TrustedKeys = readonly VerifierKey[];

const TEXT_LIMIT = 1024 * 1024;

/** Lines `log <verifier key> [address]`; empty lines and lines that begin with # are comments. Both keys of a log must be there. */
export function parseTrust(text: string): Result<TrustedKeys> {
  if (text.length > TEXT_LIMIT) return refuse("trust-too-large", `A trust file has at most ${TEXT_LIMIT} characters.`);
  const keys: VerifierKey[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const words = line.trim().split(/[ \t]+/);
    if (words[0] === "" || words[0]?.startsWith("#") === true) continue;
    const where = `line ${index + 1}`;
    if (words[0] !== "log" || words[1] === undefined || words.length > 3)
      return refuse("trust-line", "A trust file has lines of the form `log <verifier key>`; this line is none.", where);
    const key = parseVerifierKey(words[1]);
    if (!key.ok) return refuse(key.refusal.code, key.refusal.sentence, where);
    keys.push(key.value);
  }
  return keys.length === 0 ? refuse("trust-empty", "The trust file names no log key.") : accept(keys);
}

/** The two lines of one log, for such a file. */
export function trustLines({ name, pair }: NamedPair): string {
  const { ed25519, mldsa44 } = rawPair(pair);
  return `log ${formatVerifierKey(name, ED25519_NOTE, ed25519)}\nlog ${formatVerifierKey(name, MLDSA44_COSIGNATURE, mldsa44)}\n`;
}

/** True if both keys of the pair are there under its name. */
export function trusts(keys: TrustedKeys, { name, pair }: NamedPair): boolean {
  const { ed25519, mldsa44 } = rawPair(pair);
  const has = (type: number, publicKey: Uint8Array) =>
    keys.some((key) => key.name === name && key.type === type && equalBytes(key.publicKey, publicKey));
  return has(ED25519_NOTE, ed25519) && has(MLDSA44_COSIGNATURE, mldsa44);
}
