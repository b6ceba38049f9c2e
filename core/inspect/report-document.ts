/** The report's document: every fact of one inspection, put together from its statements by `compileReport`, byte for byte alike for everyone. */
import { z } from "zod";
import { instant, name, partyId, sha256Hex, words } from "../bytes/fields.ts";
import { readDocument } from "../channel/documents.ts";
import type { Statements } from "../channel/kind.ts";
import { measured } from "./measurement.ts";
import { sheet } from "./object-sheet.ts";

export const reportDocument = z.strictObject({
  type: z.literal("report"),
  version: z.literal(1),
  agreement: sha256Hex,
  inspection: sha256Hex,
  obligation: name,
  site: name,
  /** Ids of the declarations it was held against. */
  siteDeclaration: sha256Hex,
  holdings: sha256Hex.exactOptional(),
  inspecting: partyId,
  inspected: partyId,
  host: partyId.exactOptional(),
  team: z.int().min(1).max(1000),
  times: z.strictObject({
    notice: instant,
    arrival: instant,
    designation: instant,
    freeze: instant.exactOptional(),
    atSite: instant.exactOptional(),
    briefing: instant.exactOptional(),
    left: instant,
  }),
  briefed: z.array(z.strictObject({ structure: name, spaces: z.int(), items: z.int() })).max(500),
  counted: z.array(z.strictObject({ structure: name, spaces: z.int() })).max(500),
  differences: z.array(words).max(50),
  /** A draw that both sides opened; cells in the order drawn, seeds the ids of the two `draw-open` statements by party id. */
  drawn: z
    .strictObject({
      list: z.array(name).min(1).max(1000),
      cells: z.array(name).max(1000),
      seeds: z.array(sha256Hex).length(2),
    })
    .exactOptional(),
  /** One row per space that something was done to, in the order of the diagram; `sheet` is the statement it comes from. */
  spaces: z.array(sheet.extend({ sheet: sha256Hex })).max(5000),
  measured: z.array(measured.extend({ sheet: sha256Hex })).max(5000),
  ambiguities: z
    .array(
      z.strictObject({
        id: sha256Hex,
        space: name.exactOptional(),
        question: words,
        statements: z
          .array(z.strictObject({ by: partyId, text: words }))
          .min(1)
          .max(50),
        answered: z.boolean(),
      }),
    )
    .max(100),
});
export type ReportDocument = z.infer<typeof reportDocument>;

/** A report's document; `undefined` while it is not held or if it does not follow the schema. */
export function readReport(statements: Statements, document: string): ReportDocument | undefined {
  const bytes = statements.file(document);
  if (bytes === undefined) return undefined;
  if (!reports.has(bytes)) reports.set(bytes, readDocument(statements, document, reportDocument));
  return reports.get(bytes);
}

// What the bytes say is fixed; every list of inspections asks for it again.
const reports = new WeakMap<Uint8Array, ReportDocument | undefined>();
