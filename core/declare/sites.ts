/** What is declared: the newest declaration of each type and site by the party whose it is. Earlier ones stay in the record. */
import type { PartyId } from "../bytes/fields.ts";
import { logOrder, type BodyOf, type Statement, type Statements } from "../channel/kind.ts";
import type { Terms } from "../terms/terms.ts";
import { holdings } from "./holdings.ts";
import { site, type Site, type Space } from "./site.ts";
import { type } from "./type.ts";

export type Holdings = BodyOf<typeof holdings>;
export type DeclaredType = BodyOf<typeof type>;

export interface DeclaredSite {
  readonly statement: Statement<Site>;
  readonly site: Site;
  readonly owner: PartyId;
  /** The newest word of its owner on what stands there; absent: none was given. */
  readonly holdings?: Statement<Holdings>;
}

/** In the order of their first declaration. `seenBy` leaves out what that statement had not seen. */
export function declaredSites(state: Statements, seenBy?: Statement): readonly DeclaredSite[] {
  return [...newest(state, state.of(site), ({ id }) => id, seenBy).values()].map((statement) =>
    withHoldings(state, statement, seenBy),
  );
}

export function siteById(state: Statements, id: string, seenBy?: Statement): DeclaredSite | undefined {
  const statement = newest(state, state.about(site, id), (body) => body.id, seenBy).get(id);
  return statement === undefined ? undefined : withHoldings(state, statement, seenBy);
}

/** In the order of their first declaration. */
export function declaredTypes(
  state: Statements,
): readonly { readonly statement: Statement<DeclaredType>; readonly type: DeclaredType }[] {
  return [...newest(state, state.of(type), ({ id }) => id).values()].map((statement) => ({
    statement,
    type: statement.body,
  }));
}

/** Every space of the site, in the order of the diagram. */
export function spacesOf(declared: Site): readonly Space[] {
  return declared.structures.flatMap(({ spaces }) => spaces);
}

/** The spaces that the terms count as cells, in the order of the diagram. */
export function cellsOf(declared: Site, terms: Terms): readonly Space[] {
  return spacesOf(declared).filter(({ kind }) => terms.detection.cellKinds.includes(kind));
}

/** A name belongs to the first party that declared it; others cannot replace the declaration. */
function newest<Body>(
  state: Statements,
  statements: readonly Statement<Body>[],
  nameOf: (body: Body) => string,
  seenBy?: Statement,
): Map<string, Statement<Body>> {
  const found = new Map<string, Statement<Body>>();
  for (const statement of statements) {
    if (seenBy !== undefined && !state.saw(seenBy, statement)) continue;
    const name = nameOf(statement.body);
    const before = found.get(name);
    if (before === undefined || (before.author === statement.author && logOrder(statement, before) > 0))
      found.set(name, statement);
  }
  return found;
}

function withHoldings(state: Statements, statement: Statement<Site>, seenBy: Statement | undefined): DeclaredSite {
  const own = state.about(holdings, statement.body.id).filter(({ author }) => author === statement.author);
  const found = newest(state, own, (body) => body.site, seenBy).get(statement.body.id);
  const declared = { statement, site: statement.body, owner: statement.author };
  return found === undefined ? declared : { ...declared, holdings: found };
}
