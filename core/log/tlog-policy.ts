/**
 * Trust policies (C2SP tlog-policy): a text file that lists logs and witnesses by their keys, puts witnesses into groups, and names
 * the quorum whose cosignatures a head needs, e.g. all other parties, or 2 of 3.
 */
import { toHex } from "../bytes/hex.ts";
import { decodeUtf8 } from "../bytes/utf8.ts";
import { accept, refusal, refuse, type Refusal, type Result } from "../refusal.ts";
import { ED25519_PUBLIC_KEY_BYTES, type VerifySignatures } from "../signing/algorithm.ts";
import { refuseWeakKey } from "../signing/enrolment.ts";
import { parseNote, type Note } from "../signing/note.ts";
import { formatVerifierKey, parseVerifierKey, type VerifierKey } from "../signing/verifier-key.ts";
import { parseCheckpointText, type Head } from "./checkpoint.ts";
import { fitsName, NAME_BYTES } from "./head-message.ts";
import { checkLogLines, COSIGNER_KEY_TYPES, LOG_KEY_TYPES, readKeyCosignatures } from "./listed-keys.ts";

export interface PolicyLog {
  /** Its name is the log's origin. */
  readonly key: VerifierKey;
  readonly address?: string;
}

export interface PolicyWitness {
  /** Means something in this file alone; what lines carry is the key's name. */
  readonly name: string;
  readonly key: VerifierKey;
  readonly address?: string;
}

export interface PolicyGroup {
  readonly name: string;
  /** How many members it takes: 1 … their number. */
  readonly threshold: number;
  /** Witnesses, and groups defined before this one. */
  readonly members: readonly string[];
}

export interface Policy {
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  /** In the order of the file: each only has members defined before it. */
  readonly groups: readonly PolicyGroup[];
  /** A witness, a group, or `none`. */
  readonly quorum: string;
}

export interface WitnessCosignature {
  /** As the policy calls it. */
  readonly witness: string;
  /** Seconds since 1970; 0 where the witness claims no time. */
  readonly timeSeconds: number;
}

export interface PolicyHead {
  readonly head: Head;
  readonly note: Note;
  /** In the order of the policy's witnesses; those beyond the quorum too. */
  readonly cosignatures: readonly WitnessCosignature[];
}

/** The quorum that asks for no cosignature. */
export const NO_QUORUM = "none";
/** Bytes of a file; and logs, witnesses and groups in it, each. */
export const POLICY_LIMIT = 1024 * 1024;
const LIST_LIMIT = 1024;

const REFUSED_OCTETS = /[\u0000-\u0008\u000b-\u001f\u007f]/;

/**
 * Reads a policy file. Beyond C2SP, keys that no charter would let in are refused (SPEC R4), and a key listed both as a log's and as a
 * witness's: what it cosigns could be shown as a head of its own.
 */
export function parsePolicy(input: string | Uint8Array): Result<Policy> {
  if (input.length > POLICY_LIMIT) return refuse("policy-too-large", `A policy has at most ${POLICY_LIMIT} bytes.`);
  const { text, asUtf8 } = decode(input);
  if (!text.isWellFormed() || REFUSED_OCTETS.test(text))
    return refuse(
      "policy-octets",
      "A policy is text without control characters but tabs and line feeds. Save it with Unix line ends.",
    );
  if (!text.endsWith("\n"))
    return refuse(
      "policy-cut",
      "Every line of a policy ends in a line feed; the last one here does not. Is the file whole?",
    );
  const draft = new PolicyDraft(asUtf8);
  for (const [index, line] of text.split("\n").entries()) {
    const refused = draft.read(line);
    if (refused !== undefined) return refuse(refused.code, refused.sentence, `line ${index + 1}`);
  }
  return draft.finish();
}

/** The policy as a file. Throws for one that `parsePolicy` would refuse. */
export function formatPolicy(policy: Policy): string {
  const lines = [
    ...policy.logs.map(({ key, address }) => ["log", keyText(key), address]),
    ...policy.witnesses.map(({ name, key, address }) => ["witness", name, keyText(key), address]),
    ...policy.groups.map(({ name, threshold, members }) => [
      "group",
      name,
      threshold === members.length ? "all" : String(threshold),
      ...members,
    ]),
    ["quorum", policy.quorum],
  ];
  const text = lines.map((words) => `${words.filter((word) => word !== undefined).join(" ")}\n`).join("");
  const read = parsePolicy(text);
  if (!read.ok) throw new TypeError(`no policy: ${read.refusal.sentence}`);
  return text;
}

/** Whether the witnesses named (as the policy calls them) make up the quorum. Other names count for nothing. */
export function quorumReached(policy: Policy, witnesses: Iterable<string>): boolean {
  if (policy.quorum === NO_QUORUM) return true;
  const given = new Set(witnesses);
  const reached = new Set(policy.witnesses.map(({ name }) => name).filter((name) => given.has(name)));
  for (const { name, threshold, members } of policy.groups)
    if (members.filter((member) => reached.has(member)).length >= threshold) reached.add(name);
  return reached.has(policy.quorum);
}

/** A group (or a single witness) that the quorum needs and has too few of. */
export interface QuorumGap {
  readonly name: string;
  /** How many of `met` and `unmet` it takes. */
  readonly threshold: number;
  readonly met: readonly string[];
  readonly unmet: readonly string[];
}

/** What the quorum still needs if the witnesses named are there: the quorum itself, then its unmet members. Empty where it is reached. */
export function quorumGaps(policy: Policy, witnesses: Iterable<string>): QuorumGap[] {
  const given = [...witnesses];
  const has = (name: string) => quorumReached({ ...policy, quorum: name }, given);
  const gaps: QuorumGap[] = [];
  const open = [policy.quorum];
  for (let name = open.shift(); name !== undefined; name = open.shift()) {
    if (has(name)) continue;
    const group = policy.groups.find((candidate) => candidate.name === name);
    if (group === undefined) {
      if (name === policy.quorum) gaps.push({ name, threshold: 1, met: [], unmet: [name] });
      continue;
    }
    const unmet = group.members.filter((member) => !has(member));
    gaps.push({ name, threshold: group.threshold, met: group.members.filter(has), unmet });
    open.push(...unmet);
  }
  return gaps;
}

/** The policy's witnesses that have cosigned the head, which is what the note's text says. A line that does not hold counts as none. */
export async function readWitnessCosignatures(
  policy: Policy,
  note: Note,
  head: Head,
  verify: VerifySignatures,
): Promise<WitnessCosignature[]> {
  const names = new Map(policy.witnesses.map(({ name, key }) => [key, name]));
  const made = await readKeyCosignatures(note, head, [...names.keys()], verify);
  return made.map(({ key, timeSeconds }) => ({ witness: names.get(key) ?? "", timeSeconds }));
}

/**
 * Reads a head and checks everything the policy asks of it: the log's lines (`checkLogLines`) and the quorum (`policy-quorum`).
 * Lines after the root, which other logs may have, say nothing.
 */
export async function openHeadByPolicy(
  note: string | Uint8Array | Note,
  policy: Policy,
  verify: VerifySignatures,
): Promise<Result<PolicyHead>> {
  const parsed: Result<Note> = typeof note === "string" || note instanceof Uint8Array ? parseNote(note) : accept(note);
  if (!parsed.ok) return parsed;
  const head = parseCheckpointText(parsed.value.text);
  if (!head.ok) return head;
  const own = await checkLogLines(
    parsed.value,
    head.value,
    policy.logs.map(({ key }) => key),
    verify,
  );
  if (!own.ok) return own;
  const cosignatures = await readWitnessCosignatures(policy, parsed.value, head.value, verify);
  const names = cosignatures.map(({ witness }) => witness);
  if (!quorumReached(policy, names)) {
    const by = names.length === 0 ? "nobody" : names.join(", ");
    return refuse(
      "policy-quorum",
      `The head of ${head.value.origin} at size ${head.value.size} is cosigned by ${by}; the policy asks for the quorum ${policy.quorum}.`,
      policy.quorum,
    );
  }
  return accept({ head: head.value, note: parsed.value, cosignatures });
}

/** What has been read so far; each line may use only what stands before it. */
class PolicyDraft {
  readonly #logs: PolicyLog[] = [];
  readonly #witnesses: PolicyWitness[] = [];
  readonly #groups: PolicyGroup[] = [];
  #quorum: string | undefined;
  readonly #defined = new Set([NO_QUORUM]);
  readonly #grouped = new Set<string>();
  readonly #keys = new Map<string, "log" | "witness">();
  readonly #asUtf8: (word: string) => string;

  constructor(asUtf8: (word: string) => string) {
    this.#asUtf8 = asUtf8;
  }

  read(line: string): Refusal | undefined {
    const [keyword, ...words] = line.split(/[ \t]+/).filter((word) => word !== "");
    if (keyword === undefined || keyword.startsWith("#")) return undefined;
    if (keyword === "log") return this.#log(words);
    if (keyword === "witness") return this.#witness(words);
    if (keyword === "group") return this.#group(words);
    if (keyword === "quorum") return this.#quorumLine(words);
    return refusal(
      "policy-line",
      `A line of a policy begins with log, witness, group or quorum, not with ${JSON.stringify(short(keyword))}.`,
    );
  }

  finish(): Result<Policy> {
    if (this.#quorum === undefined)
      return refuse("policy-quorum-missing", "A policy has one line `quorum <name>`; here is none. Add `quorum none` at its end to ask for no cosignature, or name a witness or group.");
    return accept({ logs: this.#logs, witnesses: this.#witnesses, groups: this.#groups, quorum: this.#quorum });
  }

  #log(words: readonly string[]): Refusal | undefined {
    const [text, address, ...rest] = words;
    if (text === undefined || rest.length > 0)
      return refusal("policy-line", "A log is listed as `log <verifier key> [address]`.");
    const key = this.#key(text, "log");
    if (!key.ok) return key.refusal;
    this.#logs.push({ key: key.value, ...(address === undefined ? {} : { address }) });
    return tooMany(this.#logs);
  }

  #witness(words: readonly string[]): Refusal | undefined {
    const [name, text, address, ...rest] = words;
    if (name === undefined || text === undefined || rest.length > 0)
      return refusal("policy-line", "A witness is listed as `witness <name> <verifier key> [address]`.");
    const key = this.#key(text, "witness");
    if (!key.ok) return key.refusal;
    this.#witnesses.push({ name, key: key.value, ...(address === undefined ? {} : { address }) });
    return this.#define(name) ?? tooMany(this.#witnesses);
  }

  #group(words: readonly string[]): Refusal | undefined {
    const [name, count, ...members] = words;
    if (name === undefined || count === undefined || members.length === 0)
      return refusal("policy-line", "A group is defined as `group <name> all|any|<number> <member> …`.");
    const threshold =
      count === "all" ? members.length : count === "any" ? 1 : /^[1-9]\d{0,3}$/.test(count) ? Number(count) : 0;
    if (threshold < 1 || threshold > members.length)
      return refusal(
        "policy-threshold",
        `The group ${short(name)} asks for all, any, or a number from 1 to ${members.length} of its members, not for ${JSON.stringify(short(count))}.`,
      );
    for (const member of members) {
      if (member === NO_QUORUM || !this.#defined.has(member))
        return refusal(
          "policy-name-unknown",
          `${short(member)} is in the group ${short(name)}, but no line before defines it.`,
        );
      if (this.#grouped.has(member))
        return refusal(
          "policy-grouped-twice",
          `${short(member)} is a member twice. Each name counts in one group, once.`,
        );
      this.#grouped.add(member);
    }
    this.#groups.push({ name, threshold, members });
    return this.#define(name) ?? tooMany(this.#groups);
  }

  #quorumLine(words: readonly string[]): Refusal | undefined {
    const [name, ...rest] = words;
    if (name === undefined || rest.length > 0) return refusal("policy-line", "The quorum is named as `quorum <name>`.");
    if (this.#quorum !== undefined) return refusal("policy-quorum-twice", "A policy names its quorum once.");
    if (!this.#defined.has(name))
      return refusal("policy-name-unknown", `The quorum is ${short(name)}, but no line before defines it.`);
    this.#quorum = name;
    return undefined;
  }

  #define(name: string): Refusal | undefined {
    if (name === NO_QUORUM)
      return refusal(
        "policy-name",
        "No witness or group is called none; as a quorum that word asks for no cosignature.",
      );
    if (this.#defined.has(name)) return refusal("policy-name-twice", `The name ${short(name)} is defined twice.`);
    this.#defined.add(name);
    return undefined;
  }

  #key(word: string, as: "log" | "witness"): Result<VerifierKey> {
    const read = parseVerifierKey(this.#asUtf8(word));
    if (!read.ok) return read;
    const { name, type, publicKey } = read.value;
    const types = as === "log" ? LOG_KEY_TYPES : COSIGNER_KEY_TYPES;
    if (!types.includes(type))
      return refuse(
        "policy-key-type",
        `The key ${name} has the type 0x0${type}; a ${as} has one of the types ${types.map((other) => `0x0${other}`).join(" and ")}.`,
      );
    if (!fitsName(name)) return refuse("policy-key-name", `A key's name has at most ${NAME_BYTES} bytes.`);
    const weak = publicKey.length === ED25519_PUBLIC_KEY_BYTES ? refuseWeakKey(publicKey) : undefined;
    if (weak !== undefined) return { ok: false, refusal: weak };
    const bytes = toHex(publicKey);
    const known = this.#keys.get(bytes);
    if (known === as)
      return refuse("policy-key-twice", `The key of ${name} is listed twice, if under another name or id.`);
    if (known !== undefined)
      return refuse(
        "policy-key-two-roles",
        `The key of ${name} is listed as a log's and as a witness's. Each role has a key of its own.`,
      );
    this.#keys.set(bytes, as);
    return read;
  }
}

/**
 * A policy is octets, and names are compared as such. A file that is no UTF-8 is read one character an octet, which keeps names apart;
 * only the names of keys are UTF-8 in any case.
 */
function decode(input: string | Uint8Array): { readonly text: string; readonly asUtf8: (word: string) => string } {
  if (typeof input === "string") return { text: input, asUtf8: (word) => word };
  const text = decodeUtf8(input);
  if (text !== undefined) return { text, asUtf8: (word) => word };
  const octets = Array.from(input, (octet) => String.fromCharCode(octet)).join("");
  return {
    text: octets,
    asUtf8: (word) => decodeUtf8(Uint8Array.from(word, (character) => character.charCodeAt(0))) ?? "",
  };
}

function keyText({ name, type, publicKey }: VerifierKey): string {
  return formatVerifierKey(name, type, publicKey);
}

/** For sentences: a name from outside has any length. */
function short(word: string): string {
  return word.length > 60 ? `${word.slice(0, 60)}…` : word;
}

function tooMany(list: readonly unknown[]): Refusal | undefined {
  return list.length > LIST_LIMIT
    ? refusal("policy-too-many", `A policy lists at most ${LIST_LIMIT} logs, witnesses and groups, each.`)
    : undefined;
}
