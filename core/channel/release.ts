/**
 * `release`: what may go to observers and the public. And what does go: that, and what an author has published alone (SPEC R17). Nobody
 * releases another's words; an attachment's content is released by nothing.
 */
import { z } from "zod";
import { sha256Hex, type PartyId } from "../bytes/fields.ts";
import { isAttachment } from "./attachment.ts";
import { partyOf } from "./charter.ts";
import type { State } from "./fold.ts";
import { kind, type BodyOf, type Statement, type Statements } from "./kind.ts";
import { publication } from "./publication.ts";
import type { FileReference } from "./statement.ts";

export const release = kind("release", z.strictObject({ statements: z.array(sha256Hex).min(1).max(500) }));

/** `released`: by its author and both sides. `published`: by its author alone. */
export type Openness = "released" | "published";

/** Kinds in which one party says its own words; reports, agreements and signatures are not among them. */
export const OWN_PAPERS: ReadonlySet<string> = new Set(["letter", "position", "contact", "draft"]);

/** Ids of the statements that may be shown to anyone, and how that came. */
export function openStatements(state: Statements): ReadonlyMap<string, Openness> {
  const open = new Map<string, Openness>();
  for (const { id, of } of publishedAlone(state.of(publication).filter(isOwn), (one) => ownStatement(state, one))) for (const one of [id, ...of]) open.set(one, "published");
  for (const id of releasedByAll(state)) open.set(id, "released");
  return open;
}

/** The body files of open statements, by hash. */
export function openFiles(state: State): ReadonlySet<string> {
  return bodyFilesOf([...openStatements(state).keys()].flatMap((id) => state.get(id) ?? []), state.all);
}

/** What open statements name as body files. No ciphertext that only others than its author name so: `all` are the statements that are known. */
export function bodyFilesOf(open: readonly Naming[], all: readonly Naming[]): ReadonlySet<string> {
  const namedBy = new Map<string, Set<PartyId>>();
  for (const { author, files } of open)
    for (const file of files) if (!isAttachment(file)) namedBy.set(file.sha256, (namedBy.get(file.sha256) ?? new Set()).add(author));
  for (const { author, files } of namedBy.size === 0 ? [] : all)
    for (const file of files) if (isAttachment(file) && namedBy.get(file.sha256)?.has(author) === false) namedBy.delete(file.sha256);
  return new Set(namedBy.keys());
}

/** A statement, as far as it names files. */
export interface Naming {
  readonly author: PartyId;
  readonly files: readonly FileReference[];
}

export interface Published {
  readonly id: string;
  readonly author: PartyId;
  readonly body: BodyOf<typeof publication>;
}

/** Publications by a party of papers of its own, and the ids of those papers. `paper`: a statement by its id, where it is held. */
export function publishedAlone(
  publications: readonly Published[],
  paper: (id: string) => { readonly author: PartyId; readonly kind: string } | undefined,
): readonly { readonly id: string; readonly author: PartyId; readonly of: readonly string[] }[] {
  return publications.flatMap(({ id, author, body }) => {
    if (!("party" in body.by) || body.by.party !== author) return [];
    const of = body.of.filter((named) => {
      const found = paper(named);
      return found !== undefined && found.author === author && OWN_PAPERS.has(found.kind);
    });
    return of.length === 0 ? [] : [{ id, author, of }];
  });
}

/** What stands in the log of an earlier channel is opened there: its entry is in no log of this one. */
function ownStatement(state: Statements, id: string): Statement | undefined {
  const statement = state.get(id);
  return statement !== undefined && isOwn(statement) ? statement : undefined;
}

function isOwn({ earlier }: Statement): boolean {
  return earlier === undefined;
}

function releasedByAll(state: Statements): readonly string[] {
  const agreed = new Map<string, { readonly statement: Statement; readonly by: Set<PartyId> }>();
  for (const one of state.of(release))
    for (const id of one.body.statements) {
      const statement = ownStatement(state, id);
      if (statement === undefined || !state.saw(one, statement)) continue;
      const known = agreed.get(id) ?? { statement, by: new Set() };
      known.by.add(one.author);
      agreed.set(id, known);
    }
  const { sides } = state.charter;
  const sideOf = (party: PartyId) => partyOf(state.charter, party)?.side;
  return [...agreed].flatMap(([id, { statement, by }]) => {
    const all = by.has(statement.author) && sides.every((side) => [...by].some((party) => sideOf(party) === side.id));
    return all ? [id] : [];
  });
}
