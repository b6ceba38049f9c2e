/**
 * What was done to each space of a site in one inspection, as its drawing and its words have it. It says what was done; what follows
 * from it is for the finding.
 */
import type { Instant, PartyId, Words } from "@countersign/core/bytes/fields.ts";
import { coverageLedger, type LedgerState } from "@countersign/core/assure/ledger.ts";
import type { Statements } from "@countersign/core/channel/kind.ts";
import type { Space } from "@countersign/core/declare/site.ts";
import { declaredTypes, type DeclaredSite, spacesOf } from "@countersign/core/declare/sites.ts";
import type { MeasuredRow, SheetRow } from "@countersign/core/inspect/course.ts";
import type { Method, Terms } from "@countersign/core/terms/terms.ts";
import type { SiteVisit } from "./site-visit.ts";
import type { SpacePattern } from "./space-pattern.tsx";

/** The key of its words in the Site page's sentences. */
export type SpaceWords = Exclude<SpacePattern, "declared"> | "declared-state" | "too-small";

export interface SpaceState {
  readonly space: Space;
  readonly pattern: SpacePattern;
  readonly words: SpaceWords;
  /** The terms' name of the method, where one was used. */
  readonly method?: Method;
  readonly at?: Instant;
  readonly by?: PartyId;
  readonly sheet?: SheetRow;
  readonly measured: readonly MeasuredRow[];
  /** What its owner declared to stand in it: an item, nothing, or no word on it at all. */
  readonly holds: { readonly type: string; readonly form: string; readonly identity?: string } | "empty" | "not-given";
  readonly question?: Words;
}

/** Without an inspection every space is as declared and no more. What a report settles (too small, not chosen) the ledger of findings says. */
export function spaceStates(
  declared: DeclaredSite,
  visit: SiteVisit | undefined,
  statements: Statements,
): readonly SpaceState[] {
  const ledger = ledgerOf(declared, visit, statements);
  return spacesOf(declared.site).map((space) => {
    const held = declared.holdings?.body.items.find((item) => item.space === space.id);
    const holds = held ?? (declared.holdings === undefined ? "not-given" : "empty");
    if (visit === undefined) return { space, pattern: "declared", words: "declared-state", measured: [], holds };
    return settled({ ...examined(space, visit), holds }, ledger.get(space.id));
  });
}

function ledgerOf(
  declared: DeclaredSite,
  visit: SiteVisit | undefined,
  statements: Statements,
): ReadonlyMap<string, LedgerState> {
  if (visit?.item === undefined || visit.report === undefined) return new Map();
  const { terms, item, report } = visit;
  const rows = coverageLedger({
    terms,
    site: declared.site,
    holdings: declared.holdings?.body,
    types: declaredTypes(statements),
    item,
    report,
  });
  return new Map(rows.map(({ space, state }) => [space.id, state]));
}

function settled(state: SpaceState, ledger: LedgerState | undefined): SpaceState {
  if (ledger === "too-small") return { ...state, pattern: "measured", words: "too-small" };
  return ledger === "not-chosen" && state.words === "not-examined"
    ? { ...state, pattern: "not-chosen", words: "not-chosen" }
    : state;
}

function examined(space: Space, visit: SiteVisit): Omit<SpaceState, "holds"> {
  const { terms, inspecting, draw, questions } = visit;
  const sheet = visit.sheets.find((row) => row.space === space.id);
  const measured = visit.measurements.filter((row) => row.space === space.id);
  const asked = questions.find((question) => question.space === space.id && !question.answered);
  const base = { space, measured, ...(asked === undefined ? {} : { question: asked.question }) };
  if (sheet !== undefined) {
    const method = methodOf(terms, sheet.method);
    const pattern = patternOfSheet(sheet, method);
    return {
      ...base,
      pattern,
      words: pattern,
      at: sheet.at,
      by: inspecting,
      sheet,
      ...(method === undefined ? {} : { method }),
    };
  }
  const [first] = measured;
  if (first !== undefined) return { ...base, pattern: "measured", words: "measured", at: first.at, by: inspecting };
  const leftByDraw = draw !== undefined && draw.list.includes(space.id) && !draw.cells.includes(space.id);
  return leftByDraw
    ? { ...base, pattern: "not-drawn", words: "not-drawn" }
    : { ...base, pattern: "not-examined", words: "not-examined" };
}

function methodOf(terms: Terms, id: string | undefined): Method | undefined {
  return id === undefined ? undefined : terms.methods.find((method) => method.id === id);
}

function patternOfSheet(sheet: SheetRow, method: Method | undefined): Exclude<SpacePattern, "declared"> {
  if (sheet.state !== "seen") return sheet.state;
  if (method === undefined) return "seen-plain";
  return (
    {
      outside: "seen-closed",
      "opened-end": "seen-opened",
      identity: "seen-identity",
      interior: "seen-inside",
      measure: "measured",
    } as const
  )[method.sees];
}

const ORDER: readonly SpaceWords[] = [
  "seen-opened",
  "seen-closed",
  "seen-identity",
  "seen-inside",
  "seen-plain",
  "measured",
  "too-small",
  "not-drawn",
  "not-chosen",
  "covered",
  "not-shown",
  "refused",
  "not-examined",
  "declared-state",
];

/** How many spaces are in each state: what was seen first, then what was not. */
export function countStates(
  states: readonly SpaceState[],
): readonly { readonly pattern: SpacePattern; readonly words: SpaceWords; readonly count: number }[] {
  const counts = new Map<SpaceWords, { pattern: SpacePattern; words: SpaceWords; count: number }>();
  for (const { pattern, words } of states) {
    const known = counts.get(words) ?? { pattern, words, count: 0 };
    known.count += 1;
    counts.set(words, known);
  }
  return [...counts.values()].toSorted((a, b) => ORDER.indexOf(a.words) - ORDER.indexOf(b.words));
}

/** The number by which people call a space: `13` of `cell-13`; `S-1` and the like keep their whole short name. */
export function shortNumber(id: string): string {
  return /^[a-z].*?(\d+)$/.exec(id)?.[1] ?? id;
}
