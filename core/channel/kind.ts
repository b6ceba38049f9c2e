/** What a statement kind is: a name, the schema of its body, and the rule that says whether its author may make it. */
import type { z } from "zod";
import type { Refusal } from "../refusal.ts";
import type { PartyId, Instant } from "../bytes/fields.ts";
import type { Charter } from "./charter.ts";
import type { FileReference } from "./statement.ts";

/** A statement that applies: the fold keeps these, keyed by id. */
export interface Statement<Body = unknown> {
  /** SHA-256 of the PAE, hex: identity and idempotency key (SPEC R3). */
  readonly id: string;
  readonly kind: string;
  readonly author: PartyId;
  /** Position in the author's log. */
  readonly index: number;
  /** The author's word. */
  readonly at: Instant;
  /** The record's time (SPEC R9): never before anything it saw. */
  readonly time: Instant;
  readonly body: Body;
  readonly files: readonly FileReference[];
  /** The id of the Ed25519 half of the key that signed it. */
  readonly keyId: string;
  /** Which further version of the author's log it stands in, from 1, as held here (SPEC R16). Absent: in the one held first. */
  readonly branch?: number;
  /** The channel of an earlier record in which it stands: its `index` is a place in that one's log. Absent: it stands in this one. */
  readonly earlier?: { readonly channel: string; /** How many channels before this one. */ readonly back: number };
}

/** What a rule may look at: statements that apply, in one order that every reader computes alike, those of the continued channel first. */
export interface Statements {
  readonly channel: string;
  readonly charter: Charter;
  /** Of the channels that this one continues, the newest first. */
  readonly earlierCharters: readonly Charter[];
  /** All statements of one kind, in record order. */
  of<Body>(kind: Kind<Body>): readonly Statement<Body>[];
  /** Statements of one kind that belong to one subject (`Kind.subject`), in record order, found without a search. */
  about<Body>(kind: Kind<Body>, subject: string): readonly Statement<Body>[];
  get(id: string): Statement | undefined;
  /** True if the later one's author held the earlier one when it signed (SPEC R5). */
  saw(later: Statement, earlier: Statement): boolean;
  /** The bytes of a body file or document held under its SHA-256. */
  file(sha256: string): Uint8Array | undefined;
}

export interface Kind<Body> {
  readonly name: string;
  readonly body: z.ZodType<Body>;
  /** Judged by what the statement itself saw, never by what else has arrived (SPEC R8). `seen` holds exactly that. */
  readonly allowed: (statement: Statement<Body>, seen: Statements) => Refusal | undefined;
  /** What a statement of this kind belongs to: an inspection, a draft, a document, a site. */
  readonly subject?: (body: Body) => string;
}

export type BodyOf<Some> = Some extends Kind<infer Body> ? Body : never;

/** Defines a kind; without a rule every party of the channel may make it at any time. */
export function kind<Body>(
  name: string,
  body: z.ZodType<Body>,
  allowed: Kind<Body>["allowed"] = () => undefined,
  subject?: (body: Body) => string,
): Kind<Body> {
  return subject === undefined ? { name, body, allowed } : { name, body, allowed, subject };
}

/** The channel that a statement was signed for. */
export function channelOf({ earlier }: Statement, { channel }: Pick<Statements, "channel">): string {
  return earlier?.channel ?? channel;
}

/** The charter of that channel. */
export function charterOf({ earlier }: Pick<Statement, "earlier">, { charter, earlierCharters }: Pick<Statements, "charter" | "earlierCharters">): Charter {
  return earlierCharters[(earlier?.back ?? 0) - 1] ?? charter;
}

/** Of two statements of one author, how they follow one another: positive if `one` was said after `other`. */
export function logOrder(one: Pick<Statement, "index" | "earlier">, other: Pick<Statement, "index" | "earlier">): number {
  return (other.earlier?.back ?? 0) - (one.earlier?.back ?? 0) || one.index - other.index;
}
