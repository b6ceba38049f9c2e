/** The inspection that a statement belongs to once its site is named: what the rules of the forms on site ask first. */
import type { PartyId } from "../bytes/fields.ts";
import type { BodyOf, Statement, Statements } from "../channel/kind.ts";
import type { Site } from "../declare/site.ts";
import { siteById, spacesOf, type DeclaredSite } from "../declare/sites.ts";
import { accept, refusal, refuse, type Refusal, type Result } from "../refusal.ts";
import { announcedInspection, type Announced } from "./announced.ts";
import { designation } from "./designation.ts";

export type Designation = Statement<BodyOf<typeof designation>>;

export interface Designated extends Announced {
  readonly designation: Designation;
  /** As declared when it was named; later declarations do not change what it is held against. */
  readonly declared: DeclaredSite;
  readonly inspecting: PartyId;
  readonly inspected: PartyId;
  readonly host?: PartyId;
}

export function designatedInspection(seen: Statements, id: string): Result<Designated> {
  const announced = announcedInspection(seen, id);
  if (!announced.ok) return announced;
  const named = seen.about(designation, id)[0];
  const declared = named === undefined ? undefined : designatedSite(seen, named);
  if (named === undefined || declared === undefined)
    return refuse(
      "inspection-site-not-named",
      "The site of this inspection has not been named yet. Wait for the designation.",
      "inspection",
    );
  const { host } = declared.site;
  return accept({
    ...announced.value,
    designation: named,
    declared,
    inspecting: announced.value.intent.author,
    inspected: declared.owner,
    ...(host === undefined ? {} : { host }),
  });
}

/** The site as it was declared when the designation that applies was made. */
export function designatedSite(state: Statements, named: Designation): DeclaredSite | undefined {
  const known = sites.get(named);
  if (known !== undefined) return known;
  const declared = siteById(state, named.body.site, named);
  if (declared !== undefined) sites.set(named, declared);
  return declared;
}

/** The inspected party, and the host on whose soil the site stands. */
export function hostsOf({ inspected, host }: Designated): readonly PartyId[] {
  return host === undefined ? [inspected] : [inspected, host];
}

/** The inspecting and the inspected party, and the host. */
export function partiesOf(designated: Designated): readonly PartyId[] {
  return [designated.inspecting, ...hostsOf(designated)];
}

/** Refuses spaces that the site's diagram does not have. */
export function spacesExist(
  statement: Statement,
  declared: DeclaredSite,
  spaces: readonly string[],
): Refusal | undefined {
  const known = spaceNames(declared.site);
  const unknown = spaces.find((space) => !known.has(space));
  if (unknown === undefined) return undefined;
  return refusal(
    `${statement.kind}-unknown-space`,
    `The declared diagram of ${declared.site.id} has no space "${unknown}". Use its names; write what is not in the diagram down as a difference or an ambiguity.`,
    unknown,
  );
}

function spaceNames(site: Site): ReadonlySet<string> {
  const known = names.get(site);
  if (known !== undefined) return known;
  const made = new Set(spacesOf(site).map(({ id }) => id));
  names.set(site, made);
  return made;
}

// Both are fixed by their key and asked for with every statement made on site.
const sites = new WeakMap<Designation, DeclaredSite>();
const names = new WeakMap<Site, ReadonlySet<string>>();
