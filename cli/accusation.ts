/**
 * The proof that a log was shown in two versions, checked from its file alone: no bundle, no folder, no network. For people the same
 * sentence as on the screens, with what stands behind it.
 */
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { partyOf, readCharter, type Charter } from "@countersign/core/channel/charter.ts";
import { checkForkProof, readForkProof, type CheckedFork, type ForkProof, type SignedClaim } from "@countersign/core/log/fork.ts";
import { listsLog } from "@countersign/core/bundle/trust.ts";
import type { Policy } from "@countersign/core/log/tlog-policy.ts";
import { refuse, type Result } from "@countersign/core/refusal.ts";
import { nativeVerify } from "@countersign/server/signing.ts";
import { readNamedFile } from "./read-file.ts";
import type { Terminal } from "./terminal.ts";
import { NATURE } from "./verdict-text.ts";

const PROOF_BYTES = 16 * 1024 * 1024;

/** What the reader has from elsewhere. */
export interface Anchors {
  readonly channel?: string;
  readonly policy?: Policy;
}

export function readAccusation(file: string): Promise<Result<Uint8Array>> {
  return readNamedFile(file, "a proof", PROOF_BYTES);
}

/** Reads a proof as it lies in a file; nothing in it is checked yet. */
export function readProof(bytes: Uint8Array): Result<ForkProof> {
  if (bytes.length > PROOF_BYTES)
    return refuse("proof-too-large", `The file has ${bytes.length} bytes; of a proof at most ${PROOF_BYTES} are read.`);
  // A file saved by hand may end in a line feed, which the signed parts do not have.
  return readForkProof(bytes.at(-1) === 0x0a ? bytes.subarray(0, -1) : bytes);
}

/** Prints what the file proves, or in one sentence why it proves nothing. Exit code 0 if it proves a fork, else 1. */
export async function checkAccusation(
  bytes: Uint8Array,
  anchors: Anchors,
  json: boolean,
  terminal: Terminal,
): Promise<number> {
  const { proof, checked, problems } = await check(bytes, anchors);
  const found = problems.length === 0 ? checked : undefined;
  const anchored = found !== undefined && isAnchored(found, anchors);
  if (json) terminal.print(JSON.stringify(asJson(proof, found, anchored, problems), undefined, 2));
  else if (proof === undefined || found === undefined) terminal.print(`This file proves no fork. ${problems.join(" ")}`);
  else terminal.print(asText(proof, found, anchored));
  return found === undefined ? 1 : 0;
}

interface Outcome {
  readonly proof?: ForkProof;
  readonly checked?: CheckedFork;
  readonly problems: readonly string[];
}

async function check(bytes: Uint8Array, { channel, policy }: Anchors): Promise<Outcome> {
  const read = readProof(bytes);
  if (!read.ok) return { problems: [read.refusal.sentence] };
  const proof = read.value;
  const known = policy !== undefined && listsLog(policy, proof.log) ? proof.log : undefined;
  const checked = await checkForkProof(proof, known, nativeVerify);
  const problems: string[] = checked.ok ? [] : [checked.refusal.sentence];
  if (channel !== undefined && channel !== proof.channel)
    problems.push(`The proof is about the channel ${proof.channel}, not about ${channel}.`);
  if (policy !== undefined && known === undefined)
    problems.push(`The log key ${proof.log.name} is not among the keys given.`);
  return { proof, ...(checked.ok ? { checked: checked.value } : {}), problems };
}

/** The reader has the keys from elsewhere, or the id of the charter that names them. */
function isAnchored({ keyFrom }: CheckedFork, { channel }: Anchors): boolean {
  return keyFrom === "checker" || (channel !== undefined && keyFrom === "charter");
}

function charterIn(proof: ForkProof | undefined): Charter | undefined {
  const read = proof?.charter === undefined ? undefined : readCharter(encodeUtf8(proof.charter));
  return read?.ok === true ? read.value : undefined;
}

function asJson(proof: ForkProof | undefined, found: CheckedFork | undefined, anchored: boolean, problems: readonly string[]) {
  return {
    ok: found !== undefined,
    type: "fork-proof",
    anchored,
    channel: proof?.channel ?? null,
    nature: found === undefined ? null : (charterIn(proof)?.nature ?? null),
    party: found?.party ?? null,
    log: proof?.log.name ?? null,
    claims: found?.claims ?? [],
    sentence: found?.sentence ?? null,
    keyFrom: found?.keyFrom ?? null,
    revoked: found?.revoked ?? null,
    fingerprint: found?.fingerprint ?? null,
    problems,
  };
}

function asText(proof: ForkProof, { sentence, party, claims, fingerprint }: CheckedFork, anchored: boolean): string {
  const charter = charterIn(proof);
  const named = charter === undefined || party === undefined ? undefined : partyOf(charter, party)?.name.en;
  return [
    anchored
      ? "A proof of a fork, about a log whose key you have from elsewhere."
      : `A proof of a fork, consistent in itself; nobody has vouched for channel ${proof.channel}.`,
    ...(charter === undefined ? [] : [NATURE[charter.nature]]),
    sentence,
    "",
    `Channel      ${proof.channel}`,
    `Log          ${proof.log.name}${party === undefined ? "" : `, of ${party}`}${named === undefined || named === party ? "" : ` (${named})`}`,
    `Fingerprint  ${fingerprint}`,
    ...claims.map((claim) => `Signed       ${claimText(claim)}`),
  ].join("\n");
}

function claimText({ signed, size, root, at }: SignedClaim): string {
  const what = signed === "head" ? "a head" : `a statement dated ${at ?? ""}`;
  return `${what}: ${size} entries, root ${root}`;
}
