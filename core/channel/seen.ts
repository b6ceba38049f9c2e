/** What the rules may look at while a record is folded: what the statement that they judge has seen, and nothing else (SPEC R8). */
import type { Charter } from "./charter.ts";
import type { ReadFiles } from "./held-files.ts";
import type { Inherited } from "./inherited.ts";
import type { Kind, Statement, Statements } from "./kind.ts";
import type { Cover, OrderedStatements, Placed } from "./record-order.ts";

/** What is there so far, for the rules. */
export interface Everything {
  readonly channel: string;
  readonly charter: Charter;
  readonly byId: ReadonlyMap<string, Placed>;
  readonly byKind: ReadonlyMap<string, OrderedStatements>;
  readonly bySubject: ReadonlyMap<string, OrderedStatements>;
  readonly saw: Statements["saw"];
  /** Seen by every statement: whoever signs the charter signs its heads. */
  readonly inherited: Inherited | undefined;
}

/** Exactly what a statement with this cover saw (SPEC R8). */
export class Seen implements Statements {
  readonly #all: Everything;
  readonly #cover: Cover;
  readonly #files: ReadFiles;

  constructor(all: Everything, cover: Cover, files: ReadFiles) {
    this.#all = all;
    this.#cover = cover;
    this.#files = files;
  }

  get channel(): string {
    return this.#all.channel;
  }

  get charter(): Charter {
    return this.#all.charter;
  }

  get earlierCharters(): readonly Charter[] {
    return this.#all.inherited?.charters ?? [];
  }

  of<Body>(kind: Kind<Body>): readonly Statement<Body>[] {
    return after(this.#all.inherited?.of(kind), this.#among(this.#all.byKind.get(kind.name)));
  }

  about<Body>(kind: Kind<Body>, subject: string): readonly Statement<Body>[] {
    return after(this.#all.inherited?.about(kind, subject), this.#among(this.#all.bySubject.get(`${kind.name} ${subject}`)));
  }

  get(id: string): Statement | undefined {
    const placed = this.#all.byId.get(id);
    return placed !== undefined && this.#covers(placed) ? placed.statement : this.#all.inherited?.get(id);
  }

  saw(later: Statement, earlier: Statement): boolean {
    return this.#all.saw(later, earlier);
  }

  file(sha256: string): Uint8Array | undefined {
    return this.#files.get(sha256) ?? this.#all.inherited?.file(sha256);
  }

  #among<Body>(list: OrderedStatements | undefined): readonly Statement<Body>[] {
    if (list === undefined) return [];
    return list.placed.filter((placed) => this.#covers(placed)).map(({ statement }) => statement as Statement<Body>);
  }

  #covers({ statement, position }: Placed): boolean {
    return (this.#cover[position] ?? 0) > statement.index;
  }
}

/** One list after the other; most channels continue none, and then it is the second one. */
export function after<One>(first: readonly One[] | undefined, second: readonly One[]): readonly One[] {
  return first === undefined || first.length === 0 ? second : [...first, ...second];
}
