/**
 * What is kept of the bodies of statements (SPEC R11). One that this version cannot read has no effect here, and read from JSON it can take
 * ten times the room that it takes in its entry: it stays where the log is kept, and nobody can fill a reader's memory with it.
 */
import { refusal, type Refusal } from "../refusal.ts";
import type { Kind } from "./kind.ts";
import type { HeldEntry } from "./record.ts";
import type { HeldStatement, Payload } from "./statement.ts";

/** The longest that is told of what is wrong in a body: its author has written parts of that. */
const TOLD_LETTERS = 300;
const NOTHING: Payload["body"] = Object.freeze({});

/** The statement without its body if that cannot be read, which it then says. */
export function withReadBody(statement: HeldStatement, kinds: ReadonlyMap<string, Kind<never>>): HeldStatement {
  const { payload } = statement;
  const bodyRead = readBody(payload, kinds);
  return bodyRead === true ? { ...statement, bodyRead } : { ...statement, bodyRead, payload: { ...payload, body: NOTHING } };
}

/** Entries as they were read, without the bodies that cannot be. */
export function withReadBodies(entries: readonly HeldEntry[], kinds: ReadonlyMap<string, Kind<never>>): HeldEntry[] {
  return entries.map((entry) => (entry.statement === undefined ? entry : { ...entry, statement: withReadBody(entry.statement, kinds) }));
}

/** True if the body follows the schema of its kind; otherwise why it says nothing to this version. */
export function readBody(payload: Payload, kinds: ReadonlyMap<string, Kind<never>>): true | Refusal {
  const kind = kinds.get(payload.kind);
  if (kind === undefined) return refusal("entry-unknown-kind", `This version does not know the kind ${payload.kind}.`);
  const parsed = kind.body.safeParse(payload.body);
  if (parsed.success) return true;
  const [issue] = parsed.error.issues;
  const told = `${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`;
  return refusal("entry-body-malformed", `Its body does not follow the schema of ${payload.kind}: ${shortened(told)}`);
}

function shortened(told: string): string {
  return told.length <= TOLD_LETTERS ? told : `${told.slice(0, TOLD_LETTERS).toWellFormed()}…`;
}
