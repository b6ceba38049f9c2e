/** `countersign verify`: what a third party can check alone, offline: a bundle, the proof of one entry, or that a log was shown in two versions. */
import { parseInstant } from "@countersign/core/bytes/instant.ts";
import { verifyBundle } from "@countersign/core/bundle/verify.ts";
import { kinds } from "@countersign/core/kinds.ts";
import { parsePolicy, POLICY_LIMIT, type Policy } from "@countersign/core/log/tlog-policy.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { nativeVerify } from "@countersign/server/signing.ts";
import { checkAccusation, readAccusation, readProof, type Anchors } from "./accusation.ts";
import { bundleAddress, closed } from "./bundle-address.ts";
import { readValues, type Command } from "./command.ts";
import { fetchBundle, isAddress } from "./fetched-bundle.ts";
import { openBundleOrFolder, readNamedFile } from "./read-file.ts";
import type { Terminal } from "./terminal.ts";
import { isEntryProof, verifyEntryProof } from "./verify-entry-proof.ts";
import { verdictText } from "./verdict-text.ts";

/** Problems that say the file is something else than a bundle, not that a bundle is damaged. */
const NO_BUNDLE = new Set(["tar-empty", "tar-unknown"]);
const ENTRY_BYTES = 65_535;
/** Enough to tell a proof from a bundle. */
const SNIFFED_BYTES = 64;

export const verify: Command = {
  name: "verify",
  summary: "check a bundle, or the proof of an entry or of a fork, offline",
  help: `
countersign verify <file|folder|address> [--as-of T] [--channel ID | --trust FILE] [--json]
countersign verify <file.tlog-proof> --trust FILE [--entry FILE] [--json]
countersign verify --accusation FILE [--channel ID | --trust FILE] [--json]

Checks a bundle (a channel in one file), a proof file of a fork, or the proof that one entry is in a log (C2SP tlog-proof). Of
a folder it checks the bundle that was unpacked into it, as if it were packed; of an address (http:// or https://) the bundle that lies there,
and of any address of a node (a page of its desk, a checkpoint) the bundle that its desk gives out.
A file or folder needs no network. Reads no clock.

  --as-of T       give findings as of this moment, e.g. 2027-05-20T12:00:00Z (default: the bundle's own)
  --channel ID    the channel's id, as you have it from elsewhere
  --trust FILE    a policy, as you have it from elsewhere (C2SP tlog-policy): \`log <verifier key>\`, both keys of each log;
                  \`witness\`, \`group\` and one \`quorum\`, whose cosignatures a head needs. \`countersign init\` writes one
  --accusation FILE
                  check this proof that a log was shown in two versions, with nothing else than the file
  --entry FILE    the entry that a tlog-proof is about, where the proof does not carry it
  --json          one JSON value

The verdict keeps apart whether the bundle is intact, whether a party known to you signed it, and whether your policy accepts each log's
newest head; and lists what was not checked. A quorum that is not met does not change the exit code.

Exit code: 0 the bundle is whole, or the proof holds (for an entry: and the policy accepts the head); 1 it is not, or does not; 2 the input cannot be used: no bundle and no proof,
or a file or value that does not read. What is given with --accusation and is no proof of a fork ends with 1.`,

  async run(values, terminal) {
    const read = readValues("verify", values, { texts: ["accusation", "as-of", "channel", "trust", "entry"], flags: ["json"] }, 1);
    if (!read.ok) return read;
    const { texts, flags, plain } = read.value;
    const [file] = plain;
    const accusation = texts.get("accusation");
    if (accusation !== undefined && (file !== undefined || texts.has("entry")))
      return refuse("files-two", "`--accusation FILE` checks that file alone: leave the other one out, or check it by itself.");
    if (accusation !== undefined && texts.has("as-of"))
      return refuse("moment-useless", "The proof of a fork is the same at every moment: leave --as-of out.");
    if (file === undefined && accusation === undefined)
      return refuse("file-not-named", "Name the file to check: `countersign verify <file>`.");
    const asOf = texts.get("as-of");
    if (asOf !== undefined && parseInstant(asOf) === undefined)
      return refuse("moment-malformed", `--as-of takes a moment like 2027-05-20T12:00:00Z, not "${asOf}".`);
    const channel = texts.get("channel");
    if (channel !== undefined && !/^[0-9a-f]{64}$/.test(channel))
      return refuse("channel-malformed", "--channel takes a channel id: 64 lower-case hexadecimal digits.");
    const trustFile = texts.get("trust");
    const trust = trustFile === undefined ? accept(undefined) : await readTrust(trustFile);
    if (!trust.ok) return trust;
    const anchors = {
      ...(channel === undefined ? {} : { channel }),
      ...(trust.value === undefined ? {} : { policy: trust.value }),
    };
    if (file === undefined) {
      const named = await readAccusation(accusation ?? "");
      return named.ok ? accept(await checkAccusation(named.value, anchors, flags.has("json"), terminal)) : named;
    }
    if (!isAddress(file)) return check(file, { asOf, anchors, entry: texts.get("entry") }, flags.has("json"), terminal);
    const address = await bundleAddress(file, terminal.signal);
    if (!address.ok) return address;
    const fetched = await fetchBundle(address.value.address, terminal.signal, (bytes) => terminal.progress(`Fetched ${bytes} bytes`));
    if (!fetched.ok) return address.value.ofNode && fetched.refusal.code === "address-closed" ? closed(file) : fetched;
    try {
      return await check(fetched.value.path, { asOf, anchors, entry: texts.get("entry") }, flags.has("json"), terminal);
    } finally {
      await fetched.value.remove();
    }
  },
};

interface Wish {
  readonly asOf: string | undefined;
  readonly anchors: Anchors;
  readonly entry: string | undefined;
}

/** Tells by its beginning what the file is. */
async function check(file: string, { asOf, anchors, entry }: Wish, json: boolean, terminal: Terminal): Promise<Result<number>> {
  const source = await openBundleOrFolder(file);
  if (!source.ok) return source;
  try {
    const start = source.value.read(0, SNIFFED_BYTES);
    if (isEntryProof(start) || start[0] === 0x7b) {
      const bytes = await readAccusation(file);
      if (!bytes.ok) return bytes;
      if (!isEntryProof(start)) {
        const proof = readProof(bytes.value);
        if (proof.ok) return accept(await checkAccusation(bytes.value, anchors, json, terminal));
        return refuseOther(file, bytes.value) ?? proof;
      }
      const named = entry === undefined ? accept(undefined) : await readNamedFile(entry, "an entry", ENTRY_BYTES);
      return named.ok ? await verifyEntryProof(bytes.value, anchors.policy, named.value, json, terminal) : named;
    }
    const verdict = await verifyBundle(source.value, {
      verify: nativeVerify,
      kinds,
      ...anchors,
      ...(asOf === undefined ? {} : { asOf }),
      progress: (checked, of) => terminal.progress(`Checking ${checked} of ${of} entries`),
    });
    const [first] = verdict.problems;
    if (first !== undefined && NO_BUNDLE.has(first.code)) return { ok: false, refusal: { code: first.code, sentence: first.text } };
    terminal.print(json ? JSON.stringify(verdict, undefined, 2) : verdictText(verdict));
    return accept(verdict.ok ? 0 : 1);
  } finally {
    source.value.close();
  }
}

/** What a JSON file is not, unless it says that it is the proof of a fork; then what is wrong in it is for that to say. */
function refuseOther(file: string, bytes: Uint8Array): Result<never> | undefined {
  const type = typeOf(bytes);
  if (type === "fork-proof") return undefined;
  const named = type === undefined ? "says no type" : `is of the type "${type.slice(0, 40).toWellFormed()}"`;
  return refuse(
    "verify-other-json",
    `${file} is a JSON file that ${named}: no bundle, no proof of an entry and no proof of a fork. Name one of these, or the folder in which a bundle was unpacked.`,
  );
}

function typeOf(bytes: Uint8Array): string | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string" ? value.type : undefined;
  } catch {
    return undefined;
  }
}

async function readTrust(file: string): Promise<Result<Policy>> {
  const bytes = await readNamedFile(file, "a trust file", POLICY_LIMIT);
  if (!bytes.ok) return bytes;
  const policy = parsePolicy(bytes.value);
  if (policy.ok) return policy;
  const { where } = policy.refusal;
  return { ok: false, refusal: { ...policy.refusal, where: where === undefined ? file : `${file}, ${where}` } };
}
