/** `site`: a declared base with its diagram: structures, and in them spaces, the smallest things that can hold an item. */
import { z } from "zod";
import { millimetres, name, partyId, words } from "../bytes/fields.ts";
import { kind, type Statement, type Statements } from "../channel/kind.ts";
import { refusal, type Refusal } from "../refusal.ts";

export const sides = z.strictObject({ lengthMm: millimetres, widthMm: millimetres, heightMm: millimetres });
export type Sides = z.infer<typeof sides>;

export const space = z.strictObject({
  id: name,
  name: words,
  kind: z.enum(["launch-cell", "canister-bay", "hall", "store", "vehicle", "shelter", "room"]),
  /** Inner sides, as declared. */
  sides,
  opening: z.strictObject({ widthMm: millimetres, heightMm: millimetres }).exactOptional(),
  /** Place in the diagram, millimetres east and south of the diagram's corner. */
  plan: z.strictObject({ x: millimetres, y: millimetres, width: millimetres, depth: millimetres }),
});
export type Space = z.infer<typeof space>;

export const structure = z.strictObject({
  id: name,
  name: words,
  kind: z.enum(["module", "launcher", "hall", "store", "vehicle-park"]),
  spaces: z.array(space).min(1).max(500),
});
export type Structure = z.infer<typeof structure>;

const body = z.strictObject({
  id: name,
  name: words,
  role: words,
  /** The State on whose soil it stands, where that is not its owner. */
  host: partyId.exactOptional(),
  /** Seconds of arc north and east, and how well that is known. */
  position: z.strictObject({
    latitudeSeconds: z.int().min(-324_000).max(324_000),
    longitudeSeconds: z.int().min(-648_000).max(648_000),
    accuracyMetres: z.int().min(0).max(1_000_000),
  }),
  structures: z.array(structure).min(1).max(500),
  /** What the diagram is a plan of, in words. */
  diagram: words,
});
export type Site = z.infer<typeof body>;

export const site = kind("site", body, allowed, ({ id }) => id);

function allowed(statement: Statement<Site>, seen: Statements): Refusal | undefined {
  const { id, host, structures } = statement.body;
  const owner = seen.about(site, id)[0]?.author;
  if (owner !== undefined && owner !== statement.author)
    return refusal(
      "site-of-another-party",
      `${owner} has declared a site called "${id}". Use another name; doubts about a declaration are raised as a concern.`,
      "id",
    );
  if (host !== undefined && (host === statement.author || !seen.charter.parties.some((party) => party.id === host)))
    return refusal(
      "site-unknown-host",
      "The host is another party of this channel. Leave it out for a site on own soil.",
      "host",
    );
  const names = structures.map((one) => one.id);
  if (new Set(names).size !== names.length)
    return refusal(
      "site-structure-twice",
      "Two structures of the site have one name. Give each its own.",
      "structures",
    );
  const spaces = structures.flatMap((one) => one.spaces.map((space) => space.id));
  if (new Set(spaces).size !== spaces.length)
    return refusal(
      "site-space-twice",
      "Two spaces of the site have one name. Sheets could not say which one is meant; give each its own.",
      "structures",
    );
  return undefined;
}
