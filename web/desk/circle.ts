/** One channel as a desk sees it: what is held, folded to the moment shown, and who is known to have stored what. */
import { cosignersOf } from "@countersign/core/bundle/heads.ts";
import type { Instant, PartyId } from "@countersign/core/bytes/fields.ts";
import { formatInstant } from "@countersign/core/bytes/instant.ts";
import type { Charter, NamedPair } from "@countersign/core/channel/charter.ts";
import { foldRecord, type State } from "@countersign/core/channel/fold.ts";
import type { KeyRing } from "@countersign/core/channel/key-ring.ts";
import type { LogReceipts } from "@countersign/core/channel/receipts.ts";
import type { Statement } from "@countersign/core/channel/kind.ts";
import { partedLogs, type Parted } from "@countersign/core/channel/parted.ts";
import type { HeldRecord } from "@countersign/core/channel/record.ts";
import { kinds } from "@countersign/core/kinds.ts";
import { parseCheckpointText } from "@countersign/core/log/checkpoint.ts";
import { readTimedSignature } from "@countersign/core/log/head-message.ts";
import { ED25519_SIGNATURE_BYTES } from "@countersign/core/signing/algorithm.ts";
import { cosignerKeyIds } from "@countersign/core/signing/key-id.ts";
import { parseNote, signatureOf } from "@countersign/core/signing/note.ts";
import type { DraftNote, IncompleteLog, Observation } from "@countersign/wire/endpoints.ts";
import type { ReadBranches } from "./branches.ts";
import { releasedState } from "./released.ts";

/** An entry an observer was given, with its inclusion proof in the newest head. */
export interface ReleasedEntry {
  readonly index: number;
  readonly leaf: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** What a node's answers have added up to so far, for one channel. A new object after every change. */
export interface ChannelReading {
  readonly channel: string;
  readonly charter: Charter;
  readonly record: HeldRecord;
  /** Raw entry bytes per log, in log order: what the checks of the Record page start from. Empty for an observer. */
  readonly leaves: ReadonlyMap<PartyId, readonly Uint8Array[]>;
  /** Further versions of logs, in the order in which they are folded; none of what stands in `leaves` is repeated. */
  readonly branches: ReadBranches;
  /** The newest head note per log, with every cosignature line known. */
  readonly heads: ReadonlyMap<PartyId, string>;
  readonly receipts: readonly LogReceipts[];
  /** Attachments whose ciphertext the own node holds. */
  readonly attachments: ReadonlySet<string>;
  readonly observations: readonly Observation[];
  /** Logs of which more was signed than the own node holds. */
  readonly incomplete: ReadonlyMap<PartyId, IncompleteLog>;
  readonly drafts: readonly DraftNote[];
  /** True for an observer: entries are withheld, so nothing may be derived from what is not there. */
  readonly partial: boolean;
  /** Per log; only an observer gets these. */
  readonly released: ReadonlyMap<PartyId, readonly ReleasedEntry[]>;
  /** The channels that come before this one, the nearest first, as far as their charters name them. They never change. */
  readonly earlier: readonly ChannelReading[];
}

export interface Circle extends ChannelReading {
  readonly earlier: readonly Circle[];
  /** As of the moment shown, or all that is held. */
  readonly state: State;
  /** All that is held, whatever moment is shown. */
  readonly whole: State;
  /** Logs held in several versions that part, in all that is held. */
  readonly parted: readonly Parted[];
}

const folds = new WeakMap<object, Map<Instant | "now", State>>();

/** Folds are kept per record and moment: the slider moves over few moments many times, and a new receipt changes no state. */
export function circleAt(reading: ChannelReading, moment: Instant | undefined): Circle {
  const whole = stateAt(reading, undefined);
  const earlier = reading.earlier.map((one) => circleAt(one, moment));
  return { ...reading, earlier, whole, state: moment === undefined ? whole : stateAt(reading, moment), parted: partedIn(reading.record) };
}

/** The circle in whose logs a statement stands: this one, or one that comes before it. */
export function homeOf(circle: Circle, { earlier }: Statement): Circle {
  return circle.earlier.find(({ channel }) => channel === earlier?.channel) ?? circle;
}

/** A channel is current until one that continues it has been signed by all its parties. */
export function currentAndBefore(all: readonly Circle[]): { readonly circles: readonly Circle[]; readonly before: readonly Circle[] } {
  const begun = all.filter(({ charter, record }) => charter.previous !== undefined && charter.parties.every(({ id }) => (record.logs.get(id)?.tree.size ?? 0) > 0));
  const isBefore = ({ channel }: Circle) => begun.some(({ charter }) => charter.previous?.channel === channel);
  const circles = all.filter((circle) => !isBefore(circle));
  const kept = circles.flatMap(({ earlier }) => earlier).filter(({ channel }) => !all.some((one) => one.channel === channel));
  return { circles, before: [...all.filter(isBefore), ...new Map(kept.map((circle) => [circle.channel, circle])).values()] };
}

const partings = new WeakMap<HeldRecord, readonly Parted[]>();

function partedIn(record: HeldRecord): readonly Parted[] {
  const known = partings.get(record) ?? partedLogs(record);
  partings.set(record, known);
  return known;
}

/** Cosignatures of every version of every log: what says of a statement who stores it. */
export function allReceipts({ receipts, branches }: ChannelReading): readonly LogReceipts[] {
  const further = [...branches.values()].flatMap((all) => all.flatMap((branch, position) => (branch.receipts === undefined ? [] : [{ ...branch.receipts, branch: position + 1 }])));
  return further.length === 0 ? receipts : [...receipts, ...further];
}

function stateAt(reading: ChannelReading, moment: Instant | undefined): State {
  const { partial } = reading;
  const held = partial ? reading.released : reading.record;
  const known = folds.get(held) ?? new Map<Instant | "now", State>();
  folds.set(held, known);
  const key = moment ?? "now";
  const state =
    known.get(key) ?? (partial ? releasedState(reading, moment) : foldRecord(reading.record, kinds, moment));
  known.set(key, state);
  return state;
}

/**
 * Who has cosigned a head, by its lines; `earlier` is what was known before, since a line of an older head still says that so much is
 * stored. A mirror counts under each key that its ring never revoked. The lines are read, not checked: the Record page checks them.
 */
export function receiptsOf(
  charter: Charter,
  log: PartyId,
  note: string,
  earlier: LogReceipts | undefined,
  rings: ReadonlyMap<PartyId, KeyRing> = new Map(),
): LogReceipts | undefined {
  const parsed = parseNote(note);
  if (!parsed.ok) return earlier;
  const head = parseCheckpointText(parsed.value.text);
  if (!head.ok) return earlier;
  const { size } = head.value;
  const timeOf = (keys: readonly NamedPair[]): Instant | undefined => {
    const [line] = keys.flatMap(
      ({ name, pair }) => signatureOf(parsed.value, name, cosignerKeyIds(name, pair).ed25519) ?? [],
    );
    const timed = line === undefined ? undefined : readTimedSignature(line, ED25519_SIGNATURE_BYTES);
    return timed === undefined ? undefined : formatInstant(timed.timeSeconds);
  };
  const times = new Map(cosignersOf(charter, log, rings).map(({ id, keys }) => [id, timeOf(keys)]));
  const storedBy = charter.parties.flatMap(({ id }) => {
    const time = times.get(id);
    const before = earlier?.storedBy.find(({ party }) => party === id);
    if (time !== undefined) return [{ party: id, size, time }];
    return before === undefined ? [] : [before];
  });
  const witnessedBy = charter.observers.flatMap(({ id }) => {
    const time = times.get(id);
    const before = earlier?.witnessedBy.find(({ observer }) => observer === id);
    if (time !== undefined) return [{ observer: id, size, time }];
    return before === undefined ? [] : [before];
  });
  return { log, size, storedBy, witnessedBy };
}
