/** `site`: a declared base with its diagram: structures, and in them spaces, the smallest things that can hold an item. */
import { z } from "zod";
import { millimetres, name, partyId, words } from "../bytes/fields.ts";
import { kind, type BodyOf } from "../channel/kind.ts";

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

export const site = kind(
  "site",
  z.strictObject({
    id: name,
    name: words,
    role: words,
    /** The State on whose soil it stands, where that is not its owner. */
    host: partyId.exactOptional(),
    /** Seconds of arc north and east, and how well that is known. */
    position: z.strictObject({ latitudeSeconds: z.int().min(-324_000).max(324_000), longitudeSeconds: z.int().min(-648_000).max(648_000), accuracyMetres: z.int().min(0).max(1_000_000) }),
    structures: z.array(structure).min(1).max(500),
    /** What the diagram is a plan of, in words. */
    diagram: words,
  }),
);
export type Site = BodyOf<typeof site>;
