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
import type { Charter } from "./charter.ts";
import type { Kind, Statement, Statements } from "./kind.ts";
import type { HeldEntry, HeldLog, HeldRecord } from "./record.ts";
import { OrderedStatements, recordOrder, type Cover, type Placed } from "./record-order.ts";
import { sign } from "./sign.ts";

export interface Inert {
  readonly author: PartyId;
  readonly index: number;
  readonly why: Refusal;
  /** True while only something not yet held stands in the way. */
  readonly waiting: boolean;
}

export interface State extends Statements {
  /** The moment it was folded to; absent: everything held. */
  readonly asOf: Instant | undefined;
  /** Every statement that applies, in record order. */
  readonly all: readonly Statement[];
  readonly inert: readonly Inert[];
  /** One party's statements that apply, in log order. */
  by(author: PartyId): readonly Statement[];
  at(author: PartyId, index: number): Statement | undefined;
}

/** Folds what is held, as of a moment of the record's time or as far as it goes. `kinds` is the table of `core/kinds.ts`. */
export function foldRecord(record: HeldRecord, kinds: ReadonlyMap<string, Kind<never>>, asOf?: Instant): State {
  return new Fold(record, kinds, asOf).run();
}

interface Lane {
  readonly position: number;
  readonly log: HeldLog;
  /** Entries passed so far. */
  next: number;
  /** Element k: the covers of the first k entries joined. */
  readonly covers: Cover[];
  /** Element k: the latest time among the first k entries, seconds. */
  readonly times: number[];
  readonly applied: (Placed | undefined)[];
  stopped: boolean;
}

/** One run of the fold. Waiting entries are passed as inert; they apply in a later run, when what they wait for is held. */
class Fold {
  readonly #record: HeldRecord;
  readonly #kinds: ReadonlyMap<string, Kind<never>>;
  readonly #limit: number;
  readonly #asOf: Instant | undefined;
  readonly #lanes: Lane[];
  readonly #laneOf: ReadonlyMap<PartyId, Lane>;
  readonly #byId = new Map<string, Placed>();
  readonly #byKind = new Map<string, OrderedStatements>();
  readonly #bySubject = new Map<string, OrderedStatements>();
  readonly #inert: Inert[] = [];
  readonly #all: Everything;
  readonly #charterSigned = new Map<PartyId, Placed>();

  constructor(record: HeldRecord, kinds: ReadonlyMap<string, Kind<never>>, asOf: Instant | undefined) {
    this.#record = record;
    this.#kinds = kinds;
    this.#asOf = asOf;
    this.#limit = asOf === undefined ? Number.POSITIVE_INFINITY : (parseInstant(asOf) ?? Number.NEGATIVE_INFINITY);
    const width = record.charter.parties.length;
    this.#lanes = record.charter.parties.flatMap(({ id }, position) => {
      const log = record.logs.get(id);
      return log === undefined ? [] : [{ position, log, next: 0, covers: [new Array<number>(width).fill(0)], times: [0], applied: [], stopped: false }];
    });
    this.#laneOf = new Map(this.#lanes.map((lane) => [lane.log.party, lane]));
    this.#all = {
      channel: record.channel,
      charter: record.charter,
      byId: this.#byId,
      byKind: this.#byKind,
      bySubject: this.#bySubject,
      positions: new Map(this.#lanes.map(({ log, position }) => [log.party, position])),
      files: record.files,
      saw: this.#saw,
    };
  }

  run(): State {
    // Each pass takes every lane as far as what its next entry saw allows. Roots cannot be circular, so a pass without progress is the end.
    for (let moved = true; moved; ) {
      moved = false;
      for (const lane of this.#lanes) while (this.#step(lane)) moved = true;
    }
    return this.#state();
  }

  #step(lane: Lane): boolean {
    const entry = lane.log.entries[lane.next];
    if (entry === undefined || lane.stopped) return false;
    const obstacle = this.#obstacle(lane, entry);
    if (obstacle === "later") return false;
    const statement = entry.statement;
    if (obstacle !== undefined || statement === undefined) {
      this.#pass(lane, obstacle?.why ?? entry.problem ?? refusal("entry-unreadable", "The entry does not read."), obstacle?.waiting ?? false);
      return true;
    }
    const { payload } = statement;
    const cover = new Array<number>(this.#record.charter.parties.length).fill(0);
    const at = parseInstant(payload.at) ?? 0;
    let time = Math.max(at, lane.times[lane.next] ?? 0);
    for (const head of payload.seen) {
      const other = this.#laneOf.get(head.log);
      if (other === undefined) continue;
      join(cover, other.covers[head.size]);
      cover[other.position] = Math.max(cover[other.position] ?? 0, head.size);
      time = Math.max(time, other.times[head.size] ?? 0);
    }
    if (time > this.#limit) {
      lane.stopped = true;
      return false;
    }
    this.#apply(lane, statement, cover, time, time === at ? payload.at : formatInstant(time));
    return true;
  }

  /** What keeps the entry from applying now: nothing, `later` (its prefixes are held but not passed yet), or a reason. */
  #obstacle(lane: Lane, entry: HeldEntry): undefined | "later" | { why: Refusal; waiting: boolean } {
    const statement = entry.statement;
    if (statement === undefined) return undefined;
    const { seen, files } = statement.payload;
    let later = false;
    let own = false;
    for (const head of seen) {
      const other = this.#laneOf.get(head.log);
      if (other === undefined) return { why: refusal("entry-unknown-log", `It says it saw the log of ${head.log}, which is not held here.`), waiting: this.#record.charter.parties.some(({ id }) => id === head.log) };
      if (other === lane) own = true;
      if (other === lane && head.size > lane.next) return { why: refusal("entry-saw-itself", "It says it saw entries of its own log that come after it."), waiting: false };
      // The tree, not the entries: a fold that tries an entry has one more of these, and no root for it yet.
      if (head.size > other.log.tree.size) return { why: refusal("entry-waits-for-log", `It saw ${head.size} entries of ${head.log}; ${other.log.tree.size} are held here.`), waiting: true };
      if (other.log.tree.rootText(head.size) !== head.root) return { why: refusal("entry-saw-another-log", `It saw another log of ${head.log} at size ${head.size} than the one held here.`), waiting: false };
      if (head.size > other.next) later = true;
    }
    if (later) {
      const stopped = seen.some((head) => { const other = this.#laneOf.get(head.log); return other !== undefined && other.stopped && head.size > other.next; });
      if (stopped) lane.stopped = true;
      return "later";
    }
    if (!own) return { why: refusal("entry-saw-no-own-log", "It does not name a prefix of its own log."), waiting: false };
    for (const file of files) {
      const malformed = refuseReaders(file, statement.payload.author, this.#record.charter);
      if (malformed !== undefined) return { why: malformed, waiting: false };
      if (file.size > this.#record.charter.caps.bodyFileBytes) return { why: refusal("entry-file-too-large", `Its file ${file.name} is larger than the charter allows.`), waiting: false };
      if (isAttachment(file)) continue;
      const held = this.#record.files.get(file.sha256);
      if (held === undefined) return { why: refusal("entry-waits-for-file", `Its file ${file.name} is not held here.`), waiting: true };
      if (held.length !== file.size) return { why: refusal("entry-file-size-differs", `Its file ${file.name} has ${held.length} bytes, and not ${file.size} as it says.`), waiting: false };
    }
    return undefined;
  }

  /** Time counts on for an entry that reads but has no effect, so that a version that knows more kinds gives the later ones the same times. */
  #apply(lane: Lane, { id, payload, envelope }: NonNullable<HeldEntry["statement"]>, cover: Cover, seconds: number, time: Instant): void {
    const keyId = envelope.signatures[0].keyid;
    if (this.#byId.has(id)) return this.#pass(lane, refusal("entry-repeated", "The same statement stands in the log already."), false, seconds);
    const kind = this.#kinds.get(payload.kind);
    if (kind === undefined) return this.#pass(lane, refusal("entry-unknown-kind", `This version does not know the kind ${payload.kind}.`), false, seconds);
    const body = kind.body.safeParse(payload.body);
    if (!body.success) {
      const issue = body.error.issues[0];
      return this.#pass(lane, refusal("entry-body-malformed", `Its body does not follow the schema of ${payload.kind}: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`), false, seconds);
    }
    const statement: Statement<never> = { id, kind: payload.kind, author: payload.author, index: lane.next, at: payload.at, time, body: body.data, files: payload.files, keyId };
    const why = this.#charterRule(statement, cover) ?? kind.allowed(statement, new Seen(this.#all, cover));
    if (why !== undefined) return this.#pass(lane, why, false, seconds);
    const placed: Placed = { statement, cover, rank: rankOf(lane, cover) };
    this.#byId.set(id, placed);
    orderedIn(this.#byKind, statement.kind).push(placed);
    if (kind.subject !== undefined) orderedIn(this.#bySubject, `${statement.kind} ${kind.subject(statement.body)}`).push(placed);
    if (statement.kind === sign.name && statement.index === 0) this.#charterSigned.set(statement.author, placed);
    lane.applied.push(placed);
    this.#advance(lane, cover, seconds);
  }

  /** R1: entry 0 is its owner's `sign` of the charter; nothing else applies before the author saw everybody's. */
  #charterRule(statement: Statement, cover: Cover): Refusal | undefined {
    if (statement.index === 0) {
      const signed = statement.kind === sign.name && (statement.body as { document?: unknown }).document === this.#record.channel;
      return signed ? undefined : refusal("entry-before-charter", "The first entry of a log is its owner's signature of the charter.");
    }
    const missing = this.#record.charter.parties.find(({ id }, position) => !this.#charterSigned.has(id) || (cover[position] ?? 0) < 1);
    return missing === undefined ? undefined : refusal("entry-before-charter", `It was made before ${missing.id} had signed the charter.`);
  }

  #pass(lane: Lane, why: Refusal, waiting: boolean, time = 0): void {
    this.#inert.push({ author: lane.log.party, index: lane.next, why, waiting });
    lane.applied.push(undefined);
    this.#advance(lane, undefined, time);
  }

  #advance(lane: Lane, cover: Cover | undefined, time: number): void {
    const before = lane.covers[lane.next] ?? [];
    // Who writes one statement after the other has seen no less each time: then the newest cover is all of them joined.
    lane.covers.push(cover === undefined ? before : includes(cover, before) ? cover : joined(before, cover));
    lane.times.push(Math.max(lane.times[lane.next] ?? 0, time));
    lane.next += 1;
  }

  readonly #saw = (later: Statement, earlier: Statement): boolean => {
    const cover = this.#byId.get(later.id)?.cover;
    const position = this.#laneOf.get(earlier.author)?.position;
    return cover !== undefined && position !== undefined && (cover[position] ?? 0) > earlier.index;
  };

  #state(): State {
    const lists = new Map([...this.#byKind].map(([name, list]) => [name, list.statements]));
    const all = [...this.#byId.values()].toSorted(recordOrder).map(({ statement }) => statement);
    const byAuthor = new Map(this.#lanes.map((lane) => [lane.log.party, lane.applied.flatMap((placed) => (placed === undefined ? [] : [placed.statement]))]));
    return {
      channel: this.#record.channel,
      charter: this.#record.charter,
      asOf: this.#asOf,
      all,
      inert: this.#inert.toSorted((a, b) => (a.author < b.author ? -1 : a.author > b.author ? 1 : a.index - b.index)),
      of: <Body>(kind: Kind<Body>) => (lists.get(kind.name) ?? []) as readonly Statement<Body>[],
      about: <Body>(kind: Kind<Body>, subject: string) => (this.#bySubject.get(`${kind.name} ${subject}`)?.statements ?? []) as readonly Statement<Body>[],
      get: (id) => this.#byId.get(id)?.statement,
      by: (author) => byAuthor.get(author) ?? [],
      at: (author, index) => this.#laneOf.get(author)?.applied[index]?.statement,
      saw: this.#saw,
      file: (sha256) => this.#record.files.get(sha256),
    };
  }
}

/**
 * How much its author can have seen: what it says it saw, and what its log's earlier entries say. So one author's statements
 * keep the order of its log, and nobody puts a later signature before an earlier one by claiming to have seen less.
 */
function rankOf(lane: Lane, cover: Cover): number {
  const before = lane.covers[lane.next];
  let rank = 0;
  for (let position = 0; position < cover.length; position++) {
    const own = position === lane.position ? lane.next : 0;
    rank += Math.max(own, cover[position] ?? 0, before?.[position] ?? 0);
  }
  return rank;
}

/** What is there so far, for the rules. */
interface Everything {
  readonly channel: string;
  readonly charter: Charter;
  readonly byId: ReadonlyMap<string, Placed>;
  readonly byKind: ReadonlyMap<string, OrderedStatements>;
  readonly bySubject: ReadonlyMap<string, OrderedStatements>;
  readonly positions: ReadonlyMap<PartyId, number>;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly saw: Statements["saw"];
}

/** Exactly what a statement with this cover saw (SPEC R8). */
class Seen implements Statements {
  readonly #all: Everything;
  readonly #cover: Cover;

  constructor(all: Everything, cover: Cover) {
    this.#all = all;
    this.#cover = cover;
  }

  get channel(): string {
    return this.#all.channel;
  }

  get charter(): Charter {
    return this.#all.charter;
  }

  of<Body>(kind: Kind<Body>): readonly Statement<Body>[] {
    return this.#among(this.#all.byKind.get(kind.name));
  }

  about<Body>(kind: Kind<Body>, subject: string): readonly Statement<Body>[] {
    return this.#among(this.#all.bySubject.get(`${kind.name} ${subject}`));
  }

  get(id: string): Statement | undefined {
    const placed = this.#all.byId.get(id);
    return placed !== undefined && this.#covers(placed) ? placed.statement : undefined;
  }

  saw(later: Statement, earlier: Statement): boolean {
    return this.#all.saw(later, earlier);
  }

  file(sha256: string): Uint8Array | undefined {
    return this.#all.files.get(sha256);
  }

  #among<Body>(list: OrderedStatements | undefined): readonly Statement<Body>[] {
    if (list === undefined) return [];
    return list.placed.filter((placed) => this.#covers(placed)).map(({ statement }) => statement as Statement<Body>);
  }

  #covers({ statement }: Placed): boolean {
    return (this.#cover[this.#all.positions.get(statement.author) ?? -1] ?? 0) > statement.index;
  }
}

function orderedIn(lists: Map<string, OrderedStatements>, name: string): OrderedStatements {
  const list = lists.get(name) ?? new OrderedStatements();
  lists.set(name, list);
  return list;
}

function join(into: number[], other: Cover | undefined): void {
  if (other === undefined) return;
  for (let position = 0; position < into.length; position++) {
    const seen = other[position] ?? 0;
    if (seen > (into[position] ?? 0)) into[position] = seen;
  }
}

function joined(one: Cover, other: Cover): Cover {
  const both = [...one];
  join(both, other);
  return both;
}

function includes(cover: Cover, other: Cover): boolean {
  return other.every((seen, position) => seen <= (cover[position] ?? 0));
}
