/**
 * What a channel takes over from the one that it continues (SPEC R1.9): the statements that have effect there, with the relation *a saw b*.
 * Whatever follows from statements, agreements and declarations and what is owed, so follows from them in the new channel too.
 */
import type { Charter } from "./charter.ts";
import { keyChange } from "./key-change.ts";
import type { Kind, Statement, Statements } from "./kind.ts";
import { receive } from "./receive.ts";
import { release } from "./release.ts";
import { revocation } from "./revocation.ts";
import { sign } from "./sign.ts";

/** About the logs and keys of the channel in which they stand, and about nothing else. */
const STAYING: ReadonlySet<string> = new Set([receive.name, keyChange.name, revocation.name, release.name]);

/** A state of the previous channel, complete; its statements are marked as earlier ones. */
export class Inherited {
  readonly all: readonly Statement[];
  /** Of the previous channel and those before it, the newest first. */
  readonly charters: readonly Charter[];
  readonly #before: Statements;
  readonly #byId: ReadonlyMap<string, Statement>;
  readonly #byKind = new Map<string, Statement[]>();

  constructor(before: Statements & { readonly all: readonly Statement[] }) {
    this.#before = before;
    this.charters = [before.charter, ...before.earlierCharters];
    this.all = before.all.filter((one) => !stays(one, before)).map((one) => taken(one, before.channel));
    this.#byId = new Map(this.all.map((one) => [one.id, one]));
    for (const one of this.all) {
      const list = this.#byKind.get(one.kind) ?? [];
      this.#byKind.set(one.kind, list);
      list.push(one);
    }
  }

  of<Body>({ name }: Kind<Body>): readonly Statement<Body>[] {
    return (this.#byKind.get(name) ?? []) as readonly Statement<Body>[];
  }

  about<Body>(kind: Kind<Body>, subject: string): readonly Statement<Body>[] {
    return this.#before.about(kind, subject).flatMap(({ id }) => (this.#byId.get(id) as Statement<Body> | undefined) ?? []);
  }

  get(id: string): Statement | undefined {
    return this.#byId.get(id);
  }

  saw(later: Statement, earlier: Statement): boolean {
    return this.#before.saw(later, earlier);
  }

  file(sha256: string): Uint8Array | undefined {
    return this.#before.file(sha256);
  }
}

function stays({ kind, body, earlier }: Statement, { channel }: Statements): boolean {
  return STAYING.has(kind) || (kind === sign.name && earlier === undefined && (body as { document?: unknown }).document === channel);
}

function taken(one: Statement, channel: string): Statement {
  return { ...one, earlier: one.earlier === undefined ? { channel, back: 1 } : { channel: one.earlier.channel, back: one.earlier.back + 1 } };
}
