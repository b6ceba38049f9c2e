/**
 * The fold: from what is held of a channel to its state, a pure function that gives the same for every causal order (SPEC R5, R8, R9).
 *
 * State is nothing but the set of statements that apply, in one order that every reader computes alike, with the relation
 * *a saw b*. Every status, quota and conflict is derived from it by the rooms.
 */
import { formatInstant, parseInstant } from "../bytes/instant.ts";
import type { Instant, PartyId } from "../bytes/fields.ts";
import { refusal, type Refusal } from "../refusal.ts";
import { isAttachment, refuseReaders } from "./attachment.ts";
import { beginningOf, type Beginning } from "./beginning.ts";
import { allVersions, keptSizes, type Stretch, type Versions } from "./branches.ts";
import { readBody } from "./held-body.ts";
import { filesOfBoth, type HeldFiles, type ReadFiles } from "./held-files.ts";
import type { Kind, Statement, Statements } from "./kind.ts";
import { advance, begin, beginAfterParent, branchAt, coverAt, rankOf, timeAt, type Lane } from "./lane.ts";
import type { HeldBranch, HeldEntry, HeldRecord } from "./record.ts";
import { join, OrderedStatements, type Cover, type Placed } from "./record-order.ts";
import { after, Seen, type Everything } from "./seen.ts";
import { sign } from "./sign.ts";
import type { HeldStatement, SeenHead } from "./statement.ts";

export interface Inert {
  readonly author: PartyId;
  readonly index: number;
  readonly why: Refusal;
  /** True while only something not yet held stands in the way. */
  readonly waiting: boolean;
  /** As in `Statement`. */
  readonly branch?: number;
}

/** A log that its owner has signed in several versions. */
export interface PartedLog {
  readonly party: PartyId;
  /** The first index at which they differ. From there on only what another party's statement saw has effect (SPEC R16). */
  readonly from: number;
}

export interface State extends Statements {
  /** The moment it was folded to; absent: everything held. */
  readonly asOf: Instant | undefined;
  /** Every statement that applies, in record order; those taken over from the previous channel come first. */
  readonly all: readonly Statement[];
  /** Of this channel's own logs, as are the next three. */
  readonly inert: readonly Inert[];
  readonly parted: readonly PartedLog[];
  /** One party's statements that apply, in log order. */
  by(author: PartyId): readonly Statement[];
  /** Of the version of the log that was held first. */
  at(author: PartyId, index: number): Statement | undefined;
  /** Of the channel that this one continues, by itself and up to the same moment; `undefined` without one, or while its record is not held. */
  readonly previous: State | undefined;
}

/** Folds what is held, as of a moment of the record's time or as far as it goes. `kinds` is the table of `core/kinds.ts`. */
export function foldRecord(record: HeldRecord, kinds: ReadonlyMap<string, Kind<never>>, asOf?: Instant): State {
  return new Fold(record, kinds, asOf).goOn();
}

interface Obstacle {
  readonly why: Refusal;
  /** What is not held yet. */
  readonly waitsFor?: { readonly log: PartyId; readonly size: number } | { readonly file: string };
}

/**
 * A fold that goes on while its record grows: its logs get entries at their ends, and files come. Each state stays as it was given.
 * Waiting entries are passed as inert; once something that one waits for is held, only a new fold gives it effect (`isOutdated`).
 */
export class Fold {
  readonly #record: HeldRecord;
  readonly #kinds: ReadonlyMap<string, Kind<never>>;
  readonly #limit: number;
  readonly #asOf: Instant | undefined;
  readonly #logs: ReadonlyMap<PartyId, Versions>;
  readonly #lanes: Lane[] = [];
  readonly #laneOf = new Map<Stretch, Lane>();
  /** Of statements that stand in several versions of a log: where they have effect. */
  readonly #repeated = new Map<string, Lane>();
  readonly #byId = new Map<string, Placed>();
  readonly #byKind = new Map<string, OrderedStatements>();
  readonly #bySubject = new Map<string, OrderedStatements>();
  readonly #inert: Inert[] = [];
  readonly #all: Everything;
  /** Lanes whose first entry is their owner's signature of the charter. */
  readonly #charterSigned = new Set<Lane>();
  readonly #everything = new OrderedStatements();
  readonly #waitsFor: NonNullable<Obstacle["waitsFor"]>[] = [];
  readonly #begunWith: readonly string[];
  readonly #beginning: Beginning;

  constructor(record: HeldRecord, kinds: ReadonlyMap<string, Kind<never>>, asOf?: Instant) {
    this.#record = record;
    this.#kinds = kinds;
    this.#asOf = asOf;
    this.#limit = asOf === undefined ? Number.POSITIVE_INFINITY : (parseInstant(asOf) ?? Number.NEGATIVE_INFINITY);
    this.#logs = allVersions(record);
    this.#beginning = beginningOf(record, asOf, (previous, until) => foldRecord(previous, kinds, until));
    const kept = keptSizes(this.#logs);
    for (const { stretches } of this.#logs.values()) for (const stretch of stretches) this.#addLane(stretch, kept.get(stretch));
    for (const lane of this.#lanes) if (lane.parent === undefined) begin(lane, new Array<number>(this.#lanes.length).fill(0), this.#beginning.time);
    this.#begunWith = this.#versions();
    this.#all = {
      channel: record.channel,
      charter: record.charter,
      byId: this.#byId,
      byKind: this.#byKind,
      bySubject: this.#bySubject,
      saw: this.#saw,
      inherited: this.#beginning.inherited,
    };
  }

  /** The state with all that is held by now. */
  goOn(): State {
    // Each pass takes every lane as far as what its next entry saw allows. Roots cannot be circular, so a pass without progress is the end.
    for (let moved = true; moved; ) {
      moved = false;
      for (const lane of this.#lanes) while (this.#step(lane)) moved = true;
    }
    return this.#state();
  }

  get isOutdated(): boolean {
    const { logs, files } = this.#record;
    if (this.#versions().join() !== this.#begunWith.join()) return true;
    return this.#waitsFor.some((what) => ("file" in what ? files.has(what.file) : (logs.get(what.log)?.tree.size ?? -1) >= what.size));
  }

  /** Why an entry at the end of a log that is passed whole would have no effect, with these files beside those held; `undefined` if it would have. */
  weigh(party: PartyId, entry: HeldEntry, files: HeldFiles): Refusal | undefined {
    if (this.#beginning.obstacle !== undefined) return this.#beginning.obstacle;
    const end = this.#logs.get(party)?.first;
    const lane = end === undefined ? undefined : this.#laneOf.get(end);
    if (lane === undefined || lane.covers.length === 0 || lane.stretch.entry(lane.next) !== undefined) return refusal("entry-waits-for-log", `Entries of ${party} before it wait for what is not held here.`);
    const held = filesOfBoth(this.#record.files, files);
    const obstacle = this.#obstacle(lane, entry, held);
    if (obstacle === "later") return refusal("entry-waits-for-log", "It saw entries that are still being taken in here.");
    if (obstacle !== undefined || entry.statement === undefined) return obstacle?.why ?? entry.problem ?? unreadable;
    const judged = this.#judge(lane, entry.statement, this.#past(lane, entry.statement), held);
    return "code" in judged ? judged : undefined;
  }

  #addLane(stretch: Stretch, kept = Number.POSITIVE_INFINITY): void {
    const { from, parent } = stretch;
    const lane: Lane = { position: this.#lanes.length, stretch, parent: parent === undefined ? undefined : this.#laneOf.get(parent), kept, next: from, covers: [], times: [], applied: [], stopped: false };
    this.#lanes.push(lane);
    this.#laneOf.set(stretch, lane);
    if (kept === Number.POSITIVE_INFINITY) return;
    // A statement that stands in several versions has effect in the first, in the order of the stretches, that others saw it in.
    for (let index = from; index < kept; index++) {
      const id = stretch.entry(index)?.statement?.id;
      if (id !== undefined && !this.#repeated.has(id)) this.#repeated.set(id, lane);
    }
  }

  /** Which logs are held in several versions, and then how far all go: what others saw of a version can give effect to what had none. */
  #versions(): readonly string[] {
    const { logs } = this.#record;
    const parted = [...logs.values()].flatMap(({ party, branches = [] }) => branches.map(({ from, tree }: HeldBranch) => `${party} ${from} ${tree.size}`));
    return parted.length === 0 ? [] : [...parted, ...[...logs.values()].map(({ entries }) => `${entries.length}`)];
  }

  #step(lane: Lane): boolean {
    const entry = lane.stretch.entry(lane.next);
    if (entry === undefined || lane.stopped) return false;
    if (lane.covers.length === 0 && !beginAfterParent(lane)) return false;
    const { obstacle: unbegun } = this.#beginning;
    if (unbegun !== undefined || lane.next >= lane.kept) {
      this.#pass(lane, unbegun ?? afterFork, unbegun !== undefined);
      return true;
    }
    const obstacle = this.#obstacle(lane, entry, this.#record.files);
    if (obstacle === "later") return false;
    const statement = entry.statement;
    if (obstacle !== undefined || statement === undefined) {
      if (obstacle?.waitsFor !== undefined) this.#waitsFor.push(obstacle.waitsFor);
      this.#pass(lane, obstacle?.why ?? entry.problem ?? unreadable, obstacle?.waitsFor !== undefined);
      return true;
    }
    const past = this.#past(lane, statement);
    if (past.time > this.#limit) {
      lane.stopped = true;
      return false;
    }
    this.#apply(lane, statement, past);
    return true;
  }

  /** What a statement saw in all, and its time in the record. */
  #past(lane: Lane, { payload }: HeldStatement): Past {
    const cover = new Array<number>(this.#lanes.length).fill(0);
    const at = parseInstant(payload.at) ?? 0;
    let time = Math.max(at, timeAt(lane, lane.next));
    for (const head of payload.seen) {
      const other = this.#prefix(lane, head);
      if (other === undefined) continue;
      join(cover, coverAt(other, head.size));
      let { size } = head;
      for (let part: Lane | undefined = other; part !== undefined; part = part.parent) {
        cover[part.position] = Math.max(cover[part.position] ?? 0, size);
        size = part.stretch.from;
      }
      time = Math.max(time, timeAt(other, head.size));
    }
    return { cover, time, instant: time === at ? payload.at : formatInstant(time) };
  }

  /** What keeps the entry from applying now: nothing, `later` (its prefixes are held but not passed yet), or a reason. */
  #obstacle(lane: Lane, entry: HeldEntry, held: ReadFiles): undefined | "later" | Obstacle {
    const statement = entry.statement;
    if (statement === undefined) return undefined;
    const { seen, files } = statement.payload;
    let later = false;
    let own = false;
    for (const head of seen) {
      const log = this.#logs.get(head.log);
      if (log === undefined) return { why: refusal("entry-unknown-log", `It says it saw the log of ${head.log}, which is not held here.`), ...(this.#record.charter.parties.some(({ id }) => id === head.log) ? { waitsFor: { log: head.log, size: head.size } } : {}) };
      const mine = head.log === lane.stretch.party;
      if (mine) own = true;
      if (mine && head.size > lane.next) return { why: refusal("entry-saw-itself", "It says it saw entries of its own log that come after it.") };
      // The tree, not the entries: a fold that tries an entry has one more of these, and no root for it yet.
      if (head.size > (mine ? lane.stretch.tree.size : log.size)) return { why: refusal("entry-waits-for-log", `It saw ${head.size} entries of ${head.log}; not so many are held here.`), waitsFor: { log: head.log, size: head.size } };
      const other = this.#prefix(lane, head);
      if (other === undefined) return { why: refusal("entry-saw-another-log", `It saw another log of ${head.log} at size ${head.size} than the one held here.`) };
      if (head.size > other.next) later = true;
    }
    if (later) {
      const stopped = seen.some((head) => { const other = this.#prefix(lane, head); return other !== undefined && other.stopped && head.size > other.next; });
      if (stopped) lane.stopped = true;
      return "later";
    }
    if (!own) return { why: refusal("entry-saw-no-own-log", "It does not name a prefix of its own log.") };
    for (const file of files) {
      const malformed = refuseReaders(file, statement.payload.author, this.#record.charter);
      if (malformed !== undefined) return { why: malformed };
      if (file.size > this.#record.charter.caps.bodyFileBytes) return { why: refusal("entry-file-too-large", `Its file ${file.name} is larger than the charter allows.`) };
      if (isAttachment(file)) continue;
      const size = held.sizeOf(file.sha256);
      if (size === undefined) return { why: refusal("entry-waits-for-file", `Its file ${file.name} is not held here.`), waitsFor: { file: file.sha256 } };
      if (size !== file.size) return { why: refusal("entry-file-size-differs", `Its file ${file.name} has ${size} bytes, and not ${file.size} as it says.`) };
    }
    return undefined;
  }

  /** The lane in which a prefix that an entry of `lane` saw ends. Of its own log it can have seen only what comes before it. */
  #prefix(lane: Lane, { log, size, root }: SeenHead): Lane | undefined {
    const end = this.#logs.get(log)?.prefix(size, root);
    const found = end === undefined ? undefined : this.#laneOf.get(end);
    if (found === undefined || log !== lane.stretch.party) return found;
    let own: Lane | undefined = lane;
    while (own !== undefined && own !== found) own = own.parent;
    return own;
  }

  /** Time counts on for an entry that reads but has no effect, so that a version that knows more kinds gives the later ones the same times. */
  #apply(lane: Lane, held: HeldStatement, past: Past): void {
    const placed = this.#judge(lane, held, past, this.#record.files);
    if ("code" in placed) return this.#pass(lane, placed, false, past.time);
    const { statement } = placed;
    this.#byId.set(statement.id, placed);
    this.#everything.push(placed);
    orderedIn(this.#byKind, statement.kind).push(placed);
    const subject = this.#kinds.get(statement.kind)?.subject?.(statement.body as never);
    if (subject !== undefined) orderedIn(this.#bySubject, `${statement.kind} ${subject}`).push(placed);
    if (statement.kind === sign.name && statement.index === 0) this.#charterSigned.add(lane);
    lane.applied.push(placed);
    advance(lane, past.cover, past.time);
  }

  /** The statement as it applies, or why it does not. Changes nothing. */
  #judge(lane: Lane, { id, payload, keyId, bodyRead = readBody(payload, this.#kinds) }: HeldStatement, { cover, instant }: Past, files: ReadFiles): Placed | Refusal {
    if (this.#byId.has(id) || (this.#repeated.get(id) ?? lane) !== lane) return refusal("entry-repeated", "The same statement stands in the log already.");
    if (bodyRead !== true) return bodyRead;
    const kind = this.#kinds.get(payload.kind);
    if (kind === undefined) throw new Error(`the body of a ${payload.kind} was read with other kinds than these`);
    // The body as it was read: what the schema gives is the same once more.
    const statement: Statement<never> = { id, kind: payload.kind, author: payload.author, index: lane.next, at: payload.at, time: instant, body: payload.body as never, files: payload.files, keyId, ...branchAt(lane) };
    const why = this.#charterRule(statement, cover) ?? kind.allowed(statement, new Seen(this.#all, cover, files));
    return why ?? { statement, cover, rank: rankOf(lane, cover), position: lane.position };
  }

  /** R1: entry 0 is its owner's `sign` of the charter; nothing else applies before the author saw everybody's. */
  #charterRule(statement: Statement, cover: Cover): Refusal | undefined {
    if (statement.index === 0) {
      const signed = statement.kind === sign.name && (statement.body as { document?: unknown }).document === this.#record.channel;
      return signed ? undefined : refusal("entry-before-charter", "The first entry of a log is its owner's signature of the charter.");
    }
    const missing = this.#record.charter.parties.find(({ id }) => this.#logs.get(id)?.stretches.some((stretch) => this.#sawCharterSigned(stretch, cover)) !== true);
    return missing === undefined ? undefined : refusal("entry-before-charter", `It was made before ${missing.id} had signed the charter.`);
  }

  #sawCharterSigned(stretch: Stretch, cover: Cover): boolean {
    const lane = this.#laneOf.get(stretch);
    return lane !== undefined && this.#charterSigned.has(lane) && (cover[lane.position] ?? 0) > 0;
  }

  #pass(lane: Lane, why: Refusal, waiting: boolean, time = 0): void {
    this.#inert.push({ author: lane.stretch.party, index: lane.next, why, waiting, ...branchAt(lane) });
    lane.applied.push(undefined);
    advance(lane, undefined, time);
  }

  readonly #saw = (later: Statement, earlier: Statement): boolean => {
    const { inherited } = this.#all;
    if (inherited?.get(earlier.id) !== undefined) return this.#byId.has(later.id) || inherited.saw(later, earlier);
    const cover = this.#byId.get(later.id)?.cover;
    const position = this.#byId.get(earlier.id)?.position;
    return cover !== undefined && position !== undefined && (cover[position] ?? 0) > earlier.index;
  };

  /** What applied at an index of the version that was held first. */
  #first(author: PartyId, index: number): Placed | undefined {
    let end = this.#logs.get(author)?.first;
    while (end !== undefined && index < end.from) end = end.parent;
    return end === undefined ? undefined : this.#laneOf.get(end)?.applied[index - end.from];
  }

  /** Lists are made when somebody looks, of what had been passed when the state was given. */
  #state(): State {
    const passed = this.#lanes.map(({ position, next }) => [position, next] as const);
    const sizes = new Map(passed);
    const count = this.#byId.size;
    const inertCount = this.#inert.length;
    const isIn = ({ statement, position }: Placed) => statement.index < (sizes.get(position) ?? 0);
    const among = (list: OrderedStatements | undefined): readonly Statement[] => {
      if (list === undefined) return [];
      return this.#byId.size === count ? list.statements : list.placed.filter(isIn).map(({ statement }) => statement);
    };
    const { inherited } = this.#all;
    const all = once(() => after(inherited?.all, among(this.#everything)));
    const inert = once(() => this.#inert.slice(0, inertCount).sort((a, b) => (a.author < b.author ? -1 : a.author > b.author ? 1 : a.index - b.index || (a.branch ?? 0) - (b.branch ?? 0))));
    const ofKind = onceEach((name) => among(this.#byKind.get(name)));
    const by = onceEach((author) => this.#lanes.flatMap(({ stretch, applied }) => (stretch.party !== author ? [] : applied.flatMap((placed) => (placed === undefined || !isIn(placed) ? [] : [placed.statement])))));
    const placedAt = (placed: Placed | undefined) => (placed !== undefined && isIn(placed) ? placed.statement : undefined);
    return {
      channel: this.#record.channel,
      charter: this.#record.charter,
      earlierCharters: inherited?.charters ?? [],
      asOf: this.#asOf,
      get all() {
        return all();
      },
      get inert() {
        return inert();
      },
      parted: [...this.#logs.values()].flatMap(({ party, parting }) => (parting < Number.POSITIVE_INFINITY ? [{ party, from: parting }] : [])),
      of: <Body>(kind: Kind<Body>) => after(inherited?.of(kind), ofKind(kind.name) as readonly Statement<Body>[]),
      about: <Body>(kind: Kind<Body>, subject: string) => after(inherited?.about(kind, subject), among(this.#bySubject.get(`${kind.name} ${subject}`)) as readonly Statement<Body>[]),
      get: (id) => placedAt(this.#byId.get(id)) ?? inherited?.get(id),
      by,
      at: (author, index) => placedAt(this.#first(author, index)),
      saw: this.#saw,
      file: (sha256) => this.#record.files.get(sha256) ?? inherited?.file(sha256),
      previous: this.#beginning.previous,
    };
  }
}

interface Past {
  readonly cover: Cover;
  /** In the record, seconds. */
  readonly time: number;
  readonly instant: Instant;
}

const afterFork = refusal("entry-after-fork", "Its author has signed its log in two versions that differ from here on, and no statement of another party saw this entry. It has no effect.");
const unreadable = refusal("entry-unreadable", "The entry does not read.");

function once<Value>(make: () => Value): () => Value {
  const each = onceEach(make);
  return () => each("");
}

function onceEach<Value>(make: (name: string) => Value): (name: string) => Value {
  const made = new Map<string, Value>();
  return (name) => {
    const known = made.get(name) ?? make(name);
    made.set(name, known);
    return known;
  };
}

function orderedIn(lists: Map<string, OrderedStatements>, name: string): OrderedStatements {
  const list = lists.get(name) ?? new OrderedStatements();
  lists.set(name, list);
  return list;
}
