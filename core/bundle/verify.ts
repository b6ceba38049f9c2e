/**
 * What a third party learns from a bundle alone, offline (DESIGN.md 7): whether it is whole, who signed and stored what, what has
 * no effect and why, and the findings as of a moment. The same bytes always give the same verdict; no clock is read.
 */
import type { Instant, PartyId } from "../bytes/fields.ts";
import { toBase64 } from "../bytes/base64.ts";
import { parseInstant } from "../bytes/instant.ts";
import { findings } from "../assure/findings.ts";
import type { Finding } from "../assure/finding.ts";
import { cosignersNeeded, type Charter, type CharterParty } from "../channel/charter.ts";
import { versionsOf } from "../channel/branches.ts";
import { doubtful } from "../channel/doubtful.ts";
import { foldRecord, type State } from "../channel/fold.ts";
import { sharedKeys, shortName, type KeyRing } from "../channel/key-ring.ts";
import type { Kind } from "../channel/kind.ts";
import type { HeldRecord } from "../channel/record.ts";
import { EMPTY_ROOT } from "../log/merkle.ts";
import type { Policy } from "../log/tlog-policy.ts";
import type { VerifySignatures } from "../signing/algorithm.ts";
import { fingerprint } from "../signing/key-id.ts";
import { refusal, type Refusal } from "../refusal.ts";
import { attachmentNotes } from "./attachment-notes.ts";
import type { OpenedBranch } from "./branch.ts";
import type { ByteSource } from "./byte-source.ts";
import { forksIn } from "./forks.ts";
import { MANIFEST_PATH, type Manifest } from "./manifest.ts";
import { openBundle } from "./open.ts";
import { earlierChannels, previousNotes, type EarlierChannel } from "./previous.ts";
import { ageNotes } from "./age-notes.ts";
import { publicationNotes } from "./publication-notes.ts";
import type { Cosigned } from "./read-head.ts";
import { partedNotes } from "./parted-notes.ts";
import { lacksPrevious, notChecked } from "./not-checked.ts";
import { acceptanceOf, listsLog, type LogAcceptance } from "./trust.ts";
import type { Note } from "./verdict-note.ts";

export interface VerifyOptions {
  readonly verify: VerifySignatures;
  /** The table of `core/kinds.ts`. */
  readonly kinds: ReadonlyMap<string, Kind<never>>;
  /** Default: the bundle's own. */
  readonly asOf?: Instant;
  /** The channel id that the reader has from elsewhere. */
  readonly channel?: string;
  /** The reader's own: log keys from elsewhere, and whose cosignatures a head needs. */
  readonly policy?: Policy;
  readonly progress?: (checked: number, of: number) => void;
}

export interface VerifiedParty {
  readonly id: PartyId;
  /** Of the newest head held; 0 without one. */
  readonly size: number;
  /** Base64. */
  readonly root: string;
  /** To be compared by voice. */
  readonly fingerprints: {
    readonly root: string;
    readonly log: string;
    readonly mirror: string;
    readonly statement: readonly string[];
  };
  readonly cosignedBy: readonly Cosigned[];
}

export interface Verdict {
  /** The bundle is whole (heads, tiles, entries, files, cosignatures, every byte) and is what the reader named. Says nothing of `policy`. */
  readonly ok: boolean;
  /** Every byte, tile, proof and signature holds, whoever's they are. */
  readonly intact: boolean;
  /** These four are null when the bundle is too damaged to say. */
  readonly channel: string | null;
  readonly nature: Charter["nature"] | null;
  readonly asOf: Instant | null;
  readonly rules: number | null;
  /** The reader brought the channel's id, or its log keys whose logs show entries of this channel, and they fit. */
  readonly anchored: boolean;
  /** What the reader brought that fits. */
  readonly anchoredBy: readonly ("channel" | "log-keys")[];
  /** What the reader's policy says of each log's newest head; null where none was given. */
  readonly policy: {
    readonly accepted: boolean;
    readonly quorum: string;
    readonly logs: readonly LogAcceptance[];
  } | null;
  readonly parties: readonly VerifiedParty[];
  /** The channels that come before this one, the nearest first; empty if it continues none. */
  readonly continues: readonly EarlierChannel[];
  /** How many of this channel's own apply as of the moment; in an observer's bundle, how many released ones are sound. */
  readonly statements: number;
  /** `branch`: of which further version of its author's log, as the bundle numbers them; absent: of the first. */
  readonly inert: readonly { readonly author: PartyId; readonly index: number; readonly branch?: number; readonly why: string }[];
  readonly observations: readonly Note[];
  readonly problems: readonly Note[];
  /** What could not be looked at, and why. */
  readonly notChecked: readonly Note[];
  readonly findings: readonly Finding[];
}

/** All problems, not the first. Rejects for no bytes whatever. */
export async function verifyBundle(source: ByteSource | Uint8Array, options: VerifyOptions): Promise<Verdict> {
  const { progress, verify } = options;
  const opened = await openBundle(source, progress === undefined ? { verify } : { verify, progress });
  const { manifest, record, branches, rings } = opened;
  const problems = [...opened.problems];
  if (manifest === undefined || record === undefined) return unreadable([...problems, ...opened.changed()], manifest, options);

  problems.push(...(await forksIn(record, branches, verify)));
  const asOf = options.asOf ?? manifest.asOf;
  if (parseInstant(manifest.asOf) === undefined)
    problems.push(refusal("as-of-malformed", "The bundle's moment is in no calendar.", MANIFEST_PATH));
  const contents =
    manifest.extent === "whole" && !lacksPrevious(record) ? foldWhole(record, options.kinds, asOf) : readSingly(record, branches, manifest);
  const observations = [
    ...contents.observations,
    ...attachmentNotes(record, manifest.extent),
    ...(manifest.extent === "released" ? publicationNotes(record) : []),
    ...keysInTwoHands(rings),
    ...missingLogs(record),
    ...missingCosigners(record.charter, branches),
    ...ageNotes(record, branches, manifest),
  ];
  problems.push(...opened.changed());
  const intact = problems.length === 0;
  const { anchoredBy, silent } = anchor(record, options, problems);
  return {
    ok: problems.length === 0,
    intact,
    channel: record.channel,
    nature: record.charter.nature,
    anchored: anchoredBy.length > 0,
    anchoredBy,
    policy: await policyRow(options, record, branches),
    asOf,
    rules: record.charter.rules,
    parties: record.charter.parties.map((party) => partyRow(party, branches, rings.get(party.id))),
    continues: earlierChannels(record),
    statements: contents.statements,
    inert: contents.inert,
    observations,
    problems: problems.map(asNote),
    notChecked: [...silent, ...notChecked(opened, options, observations)],
    findings: contents.findings,
  };
}

type Contents = Pick<Verdict, "statements" | "inert" | "observations" | "findings">;

function foldWhole(record: HeldRecord, kinds: VerifyOptions["kinds"], asOf: Instant): Contents {
  const state = foldRecord(record, kinds, asOf);
  return {
    statements: state.all.filter(({ earlier }) => earlier === undefined).length,
    inert: state.inert.map(({ author, index, branch, why }) => ({ author, index, ...(branch === undefined ? {} : { branch }), why: why.sentence })),
    observations: [...partedNotes(record, state), ...doubtfulEntries(state), ...entriesAfter(record, state, asOf), ...previousNotes(state)],
    findings: findings(state, asOf),
  };
}

/**
 * Without the other entries nothing can be folded: whether a statement applies depends on what it saw. So each entry that is there is
 * read by itself, and no finding is given (SPEC R18: a number only if all its inputs are there).
 */
function readSingly(record: HeldRecord, branches: readonly OpenedBranch[], manifest: Manifest): Contents {
  const entries = branches.flatMap(({ party, leaves, log }) =>
    [...leaves.present()].map(({ index }) => ({ party, index, entry: log.entries[index] })),
  );
  const of = [...record.logs.values()].reduce((sum, log) => sum + log.entries.length, 0);
  return {
    statements: entries.filter(({ entry }) => entry?.statement !== undefined).length,
    inert: entries.flatMap(({ party, index, entry }) =>
      entry?.problem === undefined ? [] : [{ author: party, index, why: entry.problem.sentence }],
    ),
    observations: manifest.extent === "whole" ? [] : [
      {
        code: "partial",
        where: MANIFEST_PATH,
        text:
          manifest.from === undefined
            ? `Partial: ${entries.length} of ${of} entries are here as released. Whether each side agreed to that, and whether all is here that they agreed to, a file cannot show: hold it against what the other side gives. No finding is given, because an input may be missing.`
            : `This bundle continues what its reader holds: ${beginnings(record, manifest.from)}. It has ${entries.length} of ${of} entries. No finding is given: take it into a node's folder with \`countersign import\`, or check a whole bundle.`,
      },
    ],
    findings: [],
  };
}

/** The root tells a reader whether what is held is what is continued. */
function beginnings({ logs }: HeldRecord, from: NonNullable<Manifest["from"]>): string {
  const words = from.map(({ party, size }) => {
    const tree = logs.get(party)?.tree;
    const root = tree === undefined || size > tree.size || size === 0 ? "" : ` (root ${tree.rootText(size)})`;
    return `${party} from entry ${size}${root}`;
  });
  return words.join(", ");
}

/**
 * The reader's own knowledge of the channel decides; what contradicts it is a problem, and then nothing anchors. Log keys vouch for what
 * their logs hold, and so for the charter only where each log shows an entry of this channel: anybody can write another charter round them.
 */
function anchor(
  { channel, charter, logs }: HeldRecord,
  { channel: named, policy }: VerifyOptions,
  problems: Refusal[],
): { readonly anchoredBy: Verdict["anchoredBy"]; readonly silent: readonly Note[] } {
  const found: Refusal[] = [];
  if (named !== undefined && named !== channel)
    found.push(
      refusal("another-channel", `This is the record of the channel ${channel}, not of ${named}.`, MANIFEST_PATH),
    );
  for (const { id, keys } of policy === undefined ? [] : charter.parties)
    if (policy !== undefined && !listsLog(policy, keys.log))
      found.push(
        refusal("key-not-trusted", `The log key ${keys.log.name} of ${id} is not among the keys given.`, MANIFEST_PATH),
      );
  problems.push(...found);
  const silent = charter.parties.flatMap(({ id }): Note[] => {
    if (policy === undefined || logs.get(id)?.entries.some(({ statement }) => statement !== undefined) === true) return [];
    return [{ code: "charter-not-shown", where: id, text: `Whether ${id} has signed this charter: no entry of its log here was made under it. The log keys that were given vouch for nothing else.` }];
  });
  if (found.length > 0) return { anchoredBy: [], silent };
  return {
    anchoredBy: [
      ...(named === undefined ? [] : (["channel"] as const)),
      ...(policy === undefined || silent.length > 0 ? [] : (["log-keys"] as const)),
    ],
    silent,
  };
}

async function policyRow(
  { policy, verify }: VerifyOptions,
  record: HeldRecord,
  branches: readonly OpenedBranch[],
): Promise<Verdict["policy"]> {
  if (policy === undefined) return null;
  const logs = await acceptanceOf(policy, record, branches, verify);
  return { accepted: logs.every(({ accepted }) => accepted), quorum: policy.quorum, logs };
}

/** In their owner's words. Such entries apply, and what rests on them may rest on a stolen key. */
function doubtfulEntries(state: State): Note[] {
  return doubtful(state).map(({ author, index, key, revocation: { body } }) => ({
    code: "doubtful-key",
    where: `${author} ${index}`,
    text: `Entry ${index} of ${author} was signed with ${key}, which ${author} has revoked from entry ${body.lastSound + 1} on: ${body.why.en ?? body.why.ru ?? ""}`,
  }));
}

function keysInTwoHands(rings: ReadonlyMap<PartyId, KeyRing>): Note[] {
  return sharedKeys(rings.values()).map((key) => ({
    code: "shared-key",
    where: key.of,
    text: `The key ${shortName(key.name)} of ${key.of} is also one of ${key.with}.`,
  }));
}

/** An entry dated after the moment is neither counted nor inert; it must not vanish without a word. */
function entriesAfter(record: HeldRecord, state: State, asOf: Instant): Note[] {
  return [...record.logs.values()].flatMap((log) => {
    const { party } = log;
    const reached = state.by(party).length + state.inert.filter(({ author }) => author === party).length;
    const held = versionsOf(log).stretches.reduce((sum, { from, tree }) => sum + tree.size - from, 0);
    if (reached === held) return [];
    if (log.branches !== undefined)
      return [{ code: "later", where: party, text: `${party}: ${held - reached} entries in the versions of its log are dated after ${asOf} and are not counted.` }];
    return [
      {
        code: "later",
        where: `${party} ${reached}`,
        text: `${party}: entries from number ${reached} on are dated after ${asOf} and are not counted.`,
      },
    ];
  });
}

/** A party that has signed nothing yet, or whose log was left out: a reader cannot tell, and must know. */
function missingLogs({ charter, logs }: HeldRecord): Note[] {
  return charter.parties.flatMap(({ id }) =>
    logs.has(id) ? [] : [{ code: "no-log", where: id, text: `The bundle holds no head and no entry of ${id}.` }],
  );
}

/** The charter says how many others must have stored a head. */
function missingCosigners(charter: Charter, branches: readonly OpenedBranch[]): Note[] {
  return branches.flatMap(({ party, number, head, cosignedBy }) => {
    const others = charter.parties.map(({ id }) => id).filter((id) => id !== party);
    const cosigned = (id: PartyId) => cosignedBy.find((entry) => entry.id === id)?.size ?? 0;
    const missing = others.filter((id) => cosigned(id) < head.size);
    if (number > 0 || head.size === 0 || others.length - missing.length >= cosignersNeeded(charter)) return [];
    const words = missing.map((id) =>
      cosigned(id) === 0 ? `${id} has cosigned none` : `${id} has cosigned ${cosigned(id)}`,
    );
    return [
      {
        code: "not-stored-by",
        where: party,
        text: `Not all have cosigned the newest head of ${party} (${head.size} entries): ${words.join(", ")}.`,
      },
    ];
  });
}

/** Statement and mirror keys are those that stand at the end of the log. */
function partyRow(
  { id, keys }: CharterParty,
  branches: readonly OpenedBranch[],
  ring: KeyRing | undefined,
): VerifiedParty {
  const branch = branches.find(({ party, number }) => party === id && number === 0);
  return {
    id,
    size: branch?.head.size ?? 0,
    root: toBase64(branch?.head.root ?? EMPTY_ROOT),
    fingerprints: {
      root: fingerprint(keys.root.pair),
      log: fingerprint(keys.log.pair),
      mirror: fingerprint((ring?.standing("mirror").at(-1)?.key ?? keys.mirror).pair),
      statement: (ring?.standing("statement") ?? keys.statement).map(({ key }) => fingerprint(key.pair)),
    },
    cosignedBy: branch?.cosignedBy ?? [],
  };
}

function unreadable(problems: readonly Refusal[], manifest: Manifest | undefined, options: VerifyOptions): Verdict {
  return {
    ok: false,
    intact: false,
    channel: manifest?.channel ?? null,
    nature: manifest?.nature ?? null,
    anchored: false,
    anchoredBy: [],
    policy: null,
    asOf: manifest?.asOf ?? null,
    rules: null,
    parties: [],
    continues: [],
    statements: 0,
    inert: [],
    observations: [],
    problems: problems.map(asNote),
    notChecked: notChecked({ manifest }, options, []),
    findings: [],
  };
}

function asNote({ code, sentence, where }: Refusal): Note {
  return { code, where: where ?? "", text: sentence };
}
