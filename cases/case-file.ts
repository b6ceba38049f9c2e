/**
 * A case as data: its circles, each with the facts of its charter without keys, and the acts in the order of time. A player makes
 * keys and nonces, turns each act into a signed statement and so writes the record.
 *
 * A body may hold `{ "$id": "label" }` for the id of the statement made by an earlier act of the same circle, `{ "$document":
 * "label" }` for the SHA-256 of a document's canonical bytes, and `{ "$source": "key" }` for an entry of the case's own list of
 * sources. Other names that begin with `$` belong to the player. Bodies are checked by the schema of their kind once resolved.
 */
import { z } from "zod";
import { CANONICAL_DEPTH } from "@countersign/core/bytes/canonical.ts";
import { instant, name, partyId, source, words } from "@countersign/core/bytes/fields.ts";
import { charterParty, charterSchema } from "@countersign/core/channel/charter.ts";
import type { Kind } from "@countersign/core/channel/kind.ts";
import { accept, refusal, refuse, type Refusal, type Result } from "@countersign/core/refusal.ts";

/** Text of a case file above this size is not parsed. */
export const CASE_LIMIT_BYTES = 8 * 1024 * 1024;

/** A charter without keys, type, rules and nonce: those the player adds. */
export const charterFacts = charterSchema
  .pick({
    nature: true,
    title: true,
    summary: true,
    sides: true,
    statesConcerned: true,
    cosigning: true,
    caps: true,
    tolerances: true,
  })
  .extend({
    parties: z
      .array(charterParty.omit({ keys: true }))
      .min(2)
      .max(100),
    observers: z.array(z.strictObject({ id: partyId, name: words })).max(20),
  });

const jsonObject = z.record(z.string(), z.unknown());

export const act = z.strictObject({
  /** By which other acts name the statement; used once in the case. */
  label: name,
  circle: name,
  by: partyId,
  at: instant,
  kind: z.string().regex(/^[a-z][a-z-]{0,39}$/),
  body: jsonObject,
  /** Body files of the statement, by a label used once in the case. */
  documents: z.record(name, jsonObject).exactOptional(),
});
export type Act = z.infer<typeof act>;

export const caseSchema = z.strictObject({
  type: z.literal("case"),
  version: z.literal(1),
  id: name,
  title: words,
  /** The moment of the case clock at which a reader meets the case. */
  opensAt: instant,
  circles: z
    .array(z.strictObject({ id: name, charter: charterFacts }))
    .min(1)
    .max(20),
  acts: z.array(act).max(10_000),
});
export type Case = z.infer<typeof caseSchema>;

/**
 * Reads a case. Sources named by `$source` stand in place afterwards, so that a reader of the result needs no list.
 *
 * Refuses an unknown field or reference, a label used twice, an act of an unknown circle or party, and acts out of the order of
 * time; `where` is the field's path, and the sentence names the act.
 */
export function readCase(json: unknown): Result<Case> {
  const sourced = withSources(json);
  if (!sourced.ok) return sourced;
  const parsed = caseSchema.safeParse(sourced.value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const path = issue?.path ?? [];
    if (issue?.code === "unrecognized_keys") {
      const unknown = [...path, issue.keys[0] ?? ""];
      return refuse(
        "case-unknown-field",
        `${place(json, unknown)} is not a field of a case. Remove it or correct its name.`,
        unknown.join("."),
      );
    }
    return refuse(
      "case-malformed",
      `${place(json, path)} does not read: ${issue?.message ?? "unknown"}.`,
      path.join("."),
    );
  }
  const problem = problemOf(parsed.data);
  return problem === undefined ? accept(parsed.data) : { ok: false, refusal: problem };
}

/** Puts ids and hashes in place of `$id` and `$document`; refuses one that was not made yet. Objects of the player stay as they are. */
export function resolveBody(
  body: Readonly<Record<string, unknown>>,
  ids: ReadonlyMap<string, string>,
  documents: ReadonlyMap<string, string>,
): Result<Record<string, unknown>> {
  let missing: Refusal | undefined;
  const resolved = mapReferences(body, [], (reference, path) => {
    const found =
      reference.name === "$id"
        ? ids.get(reference.label)
        : reference.name === "$document"
          ? documents.get(reference.label)
          : undefined;
    if (found !== undefined) return found;
    if (reference.name !== "$source")
      missing ??= refusal(
        "case-unresolved-reference",
        `"${reference.label}" (${reference.name}) has not been made yet.`,
        path.join("."),
      );
    return undefined;
  });
  return missing === undefined ? accept(resolved as Record<string, unknown>) : { ok: false, refusal: missing };
}

/** Whether a resolved body follows the schema of its kind; the sentence names the act and the field. */
export function problemOfBody(made: Act, body: unknown, kinds: ReadonlyMap<string, Kind<never>>): Refusal | undefined {
  const kind = kinds.get(made.kind);
  if (kind === undefined)
    return refusal(
      "case-unknown-kind",
      `The act "${made.label}" is of the kind ${made.kind}, which this version does not know.`,
    );
  const parsed = kind.body.safeParse(body);
  if (parsed.success) return undefined;
  const issue = parsed.error.issues[0];
  const path = [...(issue?.path ?? []), ...(issue?.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [])].join(
    ".",
  );
  return refusal(
    "case-body-malformed",
    `The act "${made.label}" is no ${made.kind}: the field ${path} does not read (${issue?.message ?? "unknown"}).`,
    path,
  );
}

/** What the schema cannot say: every name leads somewhere, once, and time runs forward. */
function problemOf(read: Case): Refusal | undefined {
  const circles = new Map(read.circles.map((circle) => [circle.id, circle]));
  if (circles.size !== read.circles.length)
    return refusal("case-label-repeated", "Two circles have the same id.", "circles");
  if (new Set(read.circles.map(({ charter }) => charter.nature)).size > 1)
    return refusal(
      "case-mixed-natures",
      "The circles of one case differ in nature. Real, reconstructed and invented are never mixed.",
      "circles",
    );
  const acts = new Map<string, Act>();
  const documents = new Set<string>();
  for (const [index, current] of read.acts.entries()) {
    const path = ["acts", index];
    const here = (...rest: (string | number)[]) => place(read, [...path, ...rest]);
    const circle = circles.get(current.circle);
    if (circle === undefined)
      return refusal(
        "case-unknown-circle",
        `${here("circle")} names "${current.circle}", which is no circle of the case.`,
        [...path, "circle"].join("."),
      );
    if (!circle.charter.parties.some(({ id }) => id === current.by))
      return refusal(
        "case-unknown-party",
        `${here("by")} names "${current.by}", which is no party of the circle "${circle.id}".`,
        [...path, "by"].join("."),
      );
    if (acts.has(current.label))
      return refusal(
        "case-label-repeated",
        `${here("label")}: "${current.label}" is used twice. A label names one act.`,
        [...path, "label"].join("."),
      );
    const before = read.acts[index - 1];
    if (before !== undefined && before.at > current.at)
      return refusal(
        "case-out-of-order",
        `${here("at")} is ${current.at}, before the act above it ("${before.label}", ${before.at}). Acts stand in the order of time.`,
        [...path, "at"].join("."),
      );
    for (const label of Object.keys(current.documents ?? {})) {
      if (documents.has(label))
        return refusal(
          "case-label-repeated",
          `${here("documents", label)}: "${label}" is used twice. A label names one document.`,
          [...path, "documents", label].join("."),
        );
    }
    const own = new Set([...documents, ...Object.keys(current.documents ?? {})]);
    const problem =
      problemOfReferences(read, current.body, [...path, "body"], current, acts, own) ??
      problemOfReferences(read, current.documents ?? {}, [...path, "documents"], current, acts, documents);
    if (problem !== undefined) return problem;
    acts.set(current.label, current);
    for (const label of own) documents.add(label);
  }
  return undefined;
}

function problemOfReferences(
  read: Case,
  value: unknown,
  path: Path,
  from: Act,
  acts: ReadonlyMap<string, Act>,
  documents: ReadonlySet<string>,
): Refusal | undefined {
  let problem: Refusal | undefined;
  mapReferences(value, path, (reference, at) => {
    const target = acts.get(reference.label);
    const unknown =
      reference.name === "$id"
        ? target === undefined
        : reference.name === "$document" && !documents.has(reference.label);
    if (unknown)
      problem ??= refusal(
        "case-unknown-reference",
        `${place(read, at)} names "${reference.label}" (${reference.name}), which no act above it makes.`,
        at.join("."),
      );
    else if (reference.name === "$id" && target !== undefined && target.circle !== from.circle)
      problem ??= refusal(
        "case-unknown-reference",
        `${place(read, at)} names "${reference.label}", a statement of the circle "${target.circle}". A statement names only those of its own circle.`,
        at.join("."),
      );
    return undefined;
  });
  return problem;
}

/** The same JSON without `sources`, and with each source in place of its reference. */
function withSources(json: unknown): Result<unknown> {
  if (!isObject(json)) return refuse("case-malformed", "A case is a JSON object.");
  const { sources = {}, ...rest } = json;
  const parsed = z.record(name, source).safeParse(sources);
  if (!parsed.success) {
    const path = ["sources", ...(parsed.error.issues[0]?.path ?? [])];
    return refuse(
      "case-malformed",
      `${place(json, path)} does not read: ${parsed.error.issues[0]?.message ?? "unknown"}.`,
      path.join("."),
    );
  }
  let problem: Refusal | undefined;
  const value = mapReferences(
    rest,
    [],
    (reference, path) => {
      if (reference.name !== "$source") return undefined;
      const found = Object.hasOwn(parsed.data, reference.label) ? parsed.data[reference.label] : undefined;
      if (found === undefined)
        problem ??= refusal(
          "case-unknown-reference",
          `${place(json, path)} names the source "${reference.label}", which the case does not list.`,
          path.join("."),
        );
      return found;
    },
    (path) =>
      (problem ??= refusal(
        "case-too-deep",
        `${place(json, path)} is nested more than ${CANONICAL_DEPTH} deep.`,
        path.join("."),
      )),
  );
  return problem === undefined ? accept(value) : { ok: false, refusal: problem };
}

interface Reference {
  readonly name: "$id" | "$document" | "$source";
  readonly label: string;
}
type Path = readonly PropertyKey[];

/** Copies JSON; a reference becomes what `replace` gives, or stays when that is nothing. */
function mapReferences(
  value: unknown,
  path: Path,
  replace: (reference: Reference, path: Path) => unknown,
  tooDeep?: (path: Path) => void,
): unknown {
  if (path.length > CANONICAL_DEPTH) {
    tooDeep?.(path);
    return value;
  }
  if (Array.isArray(value))
    return value.map((item: unknown, index) => mapReferences(item, [...path, index], replace, tooDeep));
  if (!isObject(value)) return value;
  const reference = referenceOf(value);
  if (reference !== undefined) return replace(reference, path) ?? value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mapReferences(item, [...path, key], replace, tooDeep)]),
  );
}

function referenceOf(value: Readonly<Record<string, unknown>>): Reference | undefined {
  const [[key, label] = [], ...others] = Object.entries(value);
  if (others.length > 0 || typeof label !== "string") return undefined;
  return key === "$id" || key === "$document" || key === "$source" ? { name: key, label } : undefined;
}

/** "Act 14 ("leak"), field body.of.0": what a person looks for in the file. */
function place(json: unknown, path: Path): string {
  const [list, index, ...rest] = path;
  if ((list !== "acts" && list !== "circles") || typeof index !== "number")
    return path.length === 0 ? "The case" : `The field ${path.join(".")}`;
  const items = isObject(json) ? json[list] : undefined;
  const item: unknown = Array.isArray(items) ? items[index] : undefined;
  const label = isObject(item) ? (item["label"] ?? item["id"]) : undefined;
  const named = `${list === "acts" ? "Act" : "Circle"} ${index + 1}${typeof label === "string" ? ` ("${label}")` : ""}`;
  return rest.length === 0 ? named : `${named}, field ${rest.join(".")}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
