/**
 * An agreement as data (DESIGN.md, idea 3): obligations, clocks, quotas, methods and the level wanted. The program contains no
 * treaty; all it does about inspections follows from a file of this shape that both sides signed.
 */
import { z } from "zod";
import { decimal, fraction, hours, name, partyId, words } from "../bytes/fields.ts";

export const method = z.strictObject({
  id: name,
  name: words,
  /** The agreed chance of recognising the item when this is done to a space that holds it. */
  recognition: decimal,
  /** The state a space is in after it: seen closed, seen opened, interior viewed. */
  sees: z.enum(["outside", "opened-end", "identity", "interior", "measure"]),
});
export type Method = z.infer<typeof method>;

export const obligation = z.strictObject({
  id: name,
  /** Clause of the text it stands in. */
  provision: name,
  kind: z.enum(["absence", "refrain"]),
  owedBy: z.array(partyId).min(1).max(100),
  title: words,
  /** For `absence`: the type that must not be there, at the declared sites of `owedBy`. */
  item: name.exactOptional(),
  /** For `refrain`: the territory, in words, and whose it is. */
  territory: words.exactOptional(),
  state: partyId.exactOptional(),
});
export type Obligation = z.infer<typeof obligation>;

/** Hours unless the name says otherwise. */
export const accessParameters = z.strictObject({
  noticeHours: hours,
  /** The notice names no site; the choice is sealed by hash and opened at designation. */
  designationFromHours: hours,
  designationToHours: hours,
  freezeHours: hours,
  transportHours: hours,
  briefingHours: hours,
  onSiteHours: hours,
  extensionHours: hours,
  reportHours: hours,
  teamMaximum: z.int().min(1).max(1000),
  /** Whether the clocks that one party's act starts for another run from its record's time or from its receipt (SPEC R9, R10). */
  clocksFrom: z.enum(["sent", "received"]).exactOptional(),
});
export type AccessParameters = z.infer<typeof accessParameters>;

export const termsSchema = z.strictObject({
  type: z.literal("terms"),
  version: z.literal(1),
  id: name,
  title: words,
  /** The rules by which findings are computed (SPEC R19). */
  rules: z.literal(1),
  /** The two sides, inspecting each other. */
  sides: z.tuple([partyId, partyId]),
  obligations: z.array(obligation).min(1).max(200),
  access: accessParameters,
  quotas: z
    .array(
      z.strictObject({
        inspecting: partyId,
        inspected: partyId,
        inspections: z.int().min(0).max(1000),
        sites: z.enum(["named", "chosen"]),
        siteCount: z.int().min(1).max(1000),
      }),
    )
    .max(200),
  methods: z.array(method).min(1).max(100),
  detection: z.strictObject({
    level: decimal,
    /** The smallest holding that the parties call significant, in cells of a site. */
    significantHolding: z.int().min(1).max(100_000),
    /** What a cell is, by space kind. */
    cellKinds: z.array(name).min(1).max(20),
    /** How many cells are drawn jointly when the parties draw. */
    drawnCells: z.int().min(1).max(100_000),
  }),
  /** The number falls by this factor for each whole day since the visit. */
  decay: z.strictObject({ factor: fraction, per: z.literal("day") }),
  /** Words for a likelihood ratio, lower bound inclusive, ascending. */
  evidenceWords: z
    .array(z.strictObject({ from: decimal, word: words }))
    .min(1)
    .max(20),
});
export type Terms = z.infer<typeof termsSchema>;
