/** `countersign verify`: what a third party can check alone, offline: a bundle, the proof of one entry, or that a log was shown in two versions. */
import { parseInstant } from "@countersign/core/bytes/instant.ts";
import { TAR_LIMIT } from "@countersign/core/bundle/tar.ts";
import { listsLog } from "@countersign/core/bundle/trust.ts";
import { verifyBundle } from "@countersign/core/bundle/verify.ts";
import { kinds } from "@countersign/core/kinds.ts";
import { checkForkProof, readForkProof } from "@countersign/core/log/fork.ts";
import { parsePolicy, POLICY_LIMIT, type Policy } from "@countersign/core/log/tlog-policy.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { nativeVerify } from "@countersign/server/signing.ts";
import { readValues, type Command } from "./command.ts";
import { readNamedFile } from "./read-file.ts";
import type { Terminal } from "./terminal.ts";
import { isEntryProof, verifyEntryProof } from "./verify-entry-proof.ts";
import { verdictText } from "./verdict-text.ts";

/** Problems that say the file is something else than a bundle, not that a bundle is damaged. */
const NO_BUNDLE = new Set(["tar-empty", "tar-unknown"]);
const ENTRY_BYTES = 65_535;
const PROOF_BYTES = 16 * 1024 * 1024;

export const verify: Command = {
  name: "verify",
  summary: "check a bundle, or the proof of an entry or of a fork, offline",
  help: `
countersign verify <file> [--as-of T] [--channel ID | --trust FILE] [--json]
countersign verify <file.tlog-proof> --trust FILE [--entry FILE] [--json]

Checks a bundle (a channel in one file), a proof file of a fork, or the proof that one entry is in a log (C2SP tlog-proof). Needs no network and reads no clock.

  --as-of T       give findings as of this moment, e.g. 2027-05-20T12:00:00Z (default: the bundle's own)
  --channel ID    the channel's id, as you have it from elsewhere
  --trust FILE    a policy, as you have it from elsewhere (C2SP tlog-policy): \`log <verifier key>\`, both keys of each log;
                  \`witness\`, \`group\` and one \`quorum\`, whose cosignatures a head needs. \`countersign init\` writes one
  --entry FILE    the entry that a tlog-proof is about, where the proof does not carry it
  --json          one JSON value

The verdict keeps apart whether the bundle is intact, whether a party known to you signed it, and whether your policy accepts each log's
newest head; and lists what was not checked. A quorum that is not met does not change the exit code.

Exit code: 0 the bundle is whole, or the proof holds (for an entry: and the policy accepts the head); 1 it is not, or does not; 2 the input cannot be used: no bundle and no proof,
or a file or value that does not read.`,

  async run(values, terminal) {
    const read = readValues("verify", values, { texts: ["as-of", "channel", "trust", "entry"], flags: ["json"] }, 1);
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
    if (isEntryProof(bytes.value)) {
      const entry = texts.get("entry");
      const named = entry === undefined ? accept(undefined) : await readNamedFile(entry, "an entry", ENTRY_BYTES);
      return named.ok ? verifyEntryProof(bytes.value, trust.value, named.value, flags.has("json"), terminal) : named;
    }
    const anchors = {
      ...(channel === undefined ? {} : { channel }),
      ...(trust.value === undefined ? {} : { policy: trust.value }),
    };
    if (bytes.value[0] === 0x7b) return checkProof(bytes.value, anchors, flags.has("json"), terminal);

    const verdict = await verifyBundle(bytes.value, {
      verify: nativeVerify,
      kinds,
      ...anchors,
      ...(asOf === undefined ? {} : { asOf }),
      progress: (checked, of) => terminal.progress(`Checking ${checked} of ${of} entries`),
    });
    const [first] = verdict.problems;
    if (first !== undefined && NO_BUNDLE.has(first.code)) return { ok: false, refusal: { code: first.code, sentence: first.text } };
    terminal.print(flags.has("json") ? JSON.stringify(verdict, undefined, 2) : verdictText(verdict));
    return accept(verdict.ok ? 0 : 1);
  },
};

interface Anchors {
  readonly channel?: string;
  readonly policy?: Policy;
}

async function readTrust(file: string): Promise<Result<Policy>> {
  const bytes = await readNamedFile(file, "a trust file", POLICY_LIMIT);
  if (!bytes.ok) return bytes;
  const policy = parsePolicy(bytes.value);
  if (policy.ok) return policy;
  const { where } = policy.refusal;
  return { ok: false, refusal: { ...policy.refusal, where: where === undefined ? file : `${file}, ${where}` } };
}

/** The same sentence as on the screens. */
async function checkProof(
  bytes: Uint8Array,
  { channel, policy }: Anchors,
  json: boolean,
  terminal: Terminal,
): Promise<Result<number>> {
  if (bytes.length > PROOF_BYTES)
    return refuse("proof-too-large", `The file has ${bytes.length} bytes; of a proof at most ${PROOF_BYTES} are read.`);
  // A file saved by hand may end in a line feed, which the signed parts do not have.
  const proof = readForkProof(bytes.at(-1) === 0x0a ? bytes.subarray(0, -1) : bytes);
  if (!proof.ok) return proof;
  const known = policy !== undefined && listsLog(policy, proof.value.log) ? proof.value.log : undefined;
  const checked = await checkForkProof(proof.value, known, nativeVerify);
  const problems: string[] = checked.ok ? [] : [checked.refusal.sentence];
  if (channel !== undefined && channel !== proof.value.channel)
    problems.push(`The proof is about the channel ${proof.value.channel}, not about ${channel}.`);
  if (policy !== undefined && known === undefined)
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
