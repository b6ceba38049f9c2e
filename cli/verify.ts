/** `countersign verify`: what a third party can check alone, offline: a bundle, or the proof that a log was shown in two versions. */
import { parseInstant } from "@countersign/core/bytes/instant.ts";
import { decodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { TAR_LIMIT } from "@countersign/core/bundle/tar.ts";
import { parseTrust, trusts, type TrustedKeys } from "@countersign/core/bundle/trust.ts";
import { verifyBundle } from "@countersign/core/bundle/verify.ts";
import { kinds } from "@countersign/core/kinds.ts";
import { checkForkProof, readForkProof } from "@countersign/core/log/fork.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { nativeVerify } from "@countersign/server/signing.ts";
import { readValues, type Command } from "./command.ts";
import { readNamedFile } from "./read-file.ts";
import type { Terminal } from "./terminal.ts";
import { verdictText } from "./verdict-text.ts";

const TRUST_BYTES = 1024 * 1024;
const PROOF_BYTES = 16 * 1024 * 1024;

export const verify: Command = {
  name: "verify",
  summary: "check a bundle or the proof of a fork, offline",
  help: `
countersign verify <file> [--as-of T] [--channel ID | --trust FILE] [--json]

Checks a bundle (a channel in one file) or a proof file of a fork. Needs no network and reads no clock.

  --as-of T       give findings as of this moment, e.g. 2027-05-20T12:00:00Z (default: the bundle's own)
  --channel ID    the channel's id, as you have it from elsewhere
  --trust FILE    log keys, as you have them from elsewhere: lines \`log <verifier key>\`, both keys of each log
  --json          one JSON value

Exit code: 0 the bundle is whole, or the proof proves a fork; 1 it is not, or does not; 2 the input cannot be used.`,

  async run(values, terminal) {
    const read = readValues("verify", values, { texts: ["as-of", "channel", "trust"], flags: ["json"] }, 1);
    if (!read.ok) return read;
    const { texts, flags, plain } = read.value;
    const [file] = plain;
    if (file === undefined) return refuse("file-not-named", "Name the file to check: `countersign verify <file>`.");
    const asOf = texts.get("as-of");
    if (asOf !== undefined && parseInstant(asOf) === undefined)
      return refuse("moment-malformed", `--as-of takes a moment like 2027-05-20T12:00:00Z, not "${asOf}".`);
    const channel = texts.get("channel");
    if (channel !== undefined && !/^[0-9a-f]{64}$/.test(channel))
      return refuse("channel-malformed", "--channel takes a channel id: 64 lower-case hexadecimal digits.");
    const trustFile = texts.get("trust");
    const trust = trustFile === undefined ? accept(undefined) : await readTrust(trustFile);
    if (!trust.ok) return trust;
    const bytes = await readNamedFile(file, "a bundle", TAR_LIMIT);
    if (!bytes.ok) return bytes;
    const anchors = {
      ...(channel === undefined ? {} : { channel }),
      ...(trust.value === undefined ? {} : { trust: trust.value }),
    };
    if (bytes.value[0] === 0x7b) return checkProof(bytes.value, anchors, flags.has("json"), terminal);

    const verdict = await verifyBundle(bytes.value, {
      verify: nativeVerify,
      kinds,
      ...anchors,
      ...(asOf === undefined ? {} : { asOf }),
      progress: (checked, of) => terminal.progress(`Checking ${checked} of ${of} entries`),
    });
    terminal.print(flags.has("json") ? JSON.stringify(verdict, undefined, 2) : verdictText(verdict));
    return accept(verdict.ok ? 0 : 1);
  },
};

interface Anchors {
  readonly channel?: string;
  readonly trust?: TrustedKeys;
}

async function readTrust(file: string): Promise<Result<TrustedKeys>> {
  const bytes = await readNamedFile(file, "a trust file", TRUST_BYTES);
  if (!bytes.ok) return bytes;
  const text = decodeUtf8(bytes.value);
  return text === undefined ? refuse("trust-not-text", `${file} is no text.`) : parseTrust(text);
}

/** The same sentence as on the screens. */
async function checkProof(
  bytes: Uint8Array,
  { channel, trust }: Anchors,
  json: boolean,
  terminal: Terminal,
): Promise<Result<number>> {
  if (bytes.length > PROOF_BYTES)
    return refuse("proof-too-large", `The file has ${bytes.length} bytes; of a proof at most ${PROOF_BYTES} are read.`);
  // A file saved by hand may end in a line feed, which the signed parts do not have.
  const proof = readForkProof(bytes.at(-1) === 0x0a ? bytes.subarray(0, -1) : bytes);
  if (!proof.ok) return proof;
  const known = trust !== undefined && trusts(trust, proof.value.log) ? proof.value.log : undefined;
  const checked = await checkForkProof(proof.value, known, nativeVerify);
  const problems: string[] = checked.ok ? [] : [checked.refusal.sentence];
  if (channel !== undefined && channel !== proof.value.channel)
    problems.push(`The proof is about the channel ${proof.value.channel}, not about ${channel}.`);
  if (trust !== undefined && known === undefined)
    problems.push(`The log key ${proof.value.log.name} is not among the keys given.`);
  const ok = problems.length === 0;
  if (json) {
    const found = checked.ok ? checked.value : undefined;
    const { channel: about, log } = proof.value;
    terminal.print(
      JSON.stringify(
        {
          ok,
          type: "fork-proof",
          channel: about,
          log: log.name,
          sentence: found?.sentence ?? null,
          keyFrom: found?.keyFrom ?? null,
          fingerprint: found?.fingerprint ?? null,
          problems,
        },
        undefined,
        2,
      ),
    );
  } else if (ok && checked.ok)
    terminal.print(
      `${checked.value.sentence}\nChannel      ${proof.value.channel}\nFingerprint  ${checked.value.fingerprint}`,
    );
  else terminal.print(`This file proves no fork. ${problems.join(" ")}`);
  return accept(ok ? 0 : 1);
}
