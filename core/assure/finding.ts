/** What a finding is (DESIGN.md 7): plain data, the same for every reader of the same record, rules and moment (SPEC R19). */
import type { Instant, PartyId, Words } from "../bytes/fields.ts";
import type { Space } from "../declare/site.ts";
import type { Coverage, LedgerState } from "./ledger.ts";
import type { ExactNumber } from "./likelihood.ts";

/** Kept apart: none of them follows from another. */
export const CLAIMS = ["item-absent", "launcher-incapable", "site-as-declared"] as const;
export type Claim = (typeof CLAIMS)[number];

export type Verdict =
  | "not-examined"
  | "open"
  | "nothing-found-below-level"
  | "nothing-found-at-level"
  | "recorded-present"
  | "agrees"
  | "differs";

/** A detection probability with what follows from it. No ratio is given where the detection is 1. */
export interface Numbers {
  readonly detection: ExactNumber;
  readonly likelihoodRatio?: ExactNumber;
  /** The terms' word for the ratio. */
  readonly word?: Words;
}

/** A number and what it is about. */
export interface Estimate {
  /** The whole site, or its cells alone where the site is open. */
  readonly scope: "site" | "cells";
  /** The kinds of the cells, as the terms and the declaration name them. */
  readonly cellKinds: readonly Space["kind"][];
  /** Cells that could hold the item, or that the draw was made from. */
  readonly cells: number;
  /** Cells that the joint draw took; 0 without one. */
  readonly drawn: number;
  /** Other spaces that could hold the item. */
  readonly otherSpaces: number;
  /** The holding that the number is about: the terms' significant holding, or fewer where no more fit. */
  readonly holding: number;
  /** Where the host would do best to put it. */
  readonly worst: "cells" | "space" | "none";
  readonly atVisit: Numbers;
  /** On the day shown. */
  readonly today: Numbers;
}

export type Assumption =
  | { readonly code: "drawn-by-chance" }
  | { readonly code: "recognition"; readonly method: string; readonly value: string }
  | { readonly code: "looks-independent" }
  | { readonly code: "nothing-moved"; readonly since: Instant; readonly frozen: boolean }
  | { readonly code: "one-item-a-cell" }
  | { readonly code: "measured-sides"; readonly spaces: number }
  | { readonly code: "forms-complete"; readonly type: string; readonly forms: number }
  | { readonly code: "one-opening" }
  | { readonly code: "outline-holds-all" }
  | { readonly code: "decay"; readonly factor: string };

export type NotCovered =
  | { readonly code: "fewer-than"; readonly holding: number; readonly cellKinds: readonly Space["kind"][] }
  | { readonly code: "spaces"; readonly state: LedgerState; readonly count: number }
  | { readonly code: "undeclared-sites" }
  | { readonly code: "launcher" }
  | { readonly code: "no-method" }
  | { readonly code: "holdings-not-declared" };

export type OpenReason =
  | { readonly code: "report-refused"; readonly by: readonly PartyId[] }
  | { readonly code: "question"; readonly id: string; readonly space?: string }
  | { readonly code: "spaces"; readonly state: LedgerState; readonly count: number }
  | { readonly code: "space-not-declared"; readonly spaces: readonly string[] }
  | { readonly code: "draw-differs" }
  /** Statements that this reader was not given. */
  | { readonly code: "not-held"; readonly statements: readonly string[] }
  | { readonly code: "declared-anew"; readonly declaration: string }
  | { readonly code: "structures-not-counted"; readonly structures: readonly string[] }
  | { readonly code: "terms-unusable" };

export type Difference =
  | { readonly code: "count"; readonly structure: string; readonly declared: number; readonly counted: number }
  | { readonly code: "structure-not-declared"; readonly structure: string }
  | { readonly code: "space-not-declared"; readonly space: string }
  | { readonly code: "identity"; readonly space: string; readonly declared?: string; readonly seen: string }
  | { readonly code: "noted"; readonly words: Words };

export interface Visit {
  /** Id of the `report` statement. */
  readonly report: string;
  /** Of its inspection, from 1. */
  readonly number: number;
  /** The end of the time on site, from which days count. */
  readonly left: Instant;
  readonly signedAt: Instant;
  /** Whole days from then to the moment shown. */
  readonly days: number;
}

/** A visit before the one that the finding rests on. */
export interface EarlierVisit extends Visit {
  readonly verdict: Verdict;
  readonly estimate?: Estimate;
}

export interface Finding {
  readonly rules: 1;
  /** SHA-256 of the agreement. */
  readonly agreement: string;
  readonly obligation: string;
  readonly site: string;
  readonly owner: PartyId;
  readonly claim: Claim;
  readonly asOf: Instant;
  readonly verdict: Verdict;
  /** The detection that the terms want, as they write it. */
  readonly level: string;
  readonly coverage: Coverage;
  /** Of the whole site on the moment shown; absent where no number may be given. */
  readonly detection?: ExactNumber;
  readonly likelihoodRatio?: ExactNumber;
  /** The number of the whole site with what it is about; absent where no number may be given. */
  readonly estimate?: Estimate;
  /** While the site is open: the number of its cells alone, if nothing is open among them. */
  readonly part?: Estimate;
  readonly visit?: Visit;
  /** As in `visit`. */
  readonly report?: string;
  readonly open: readonly OpenReason[];
  /** Only of `site-as-declared`. */
  readonly differences: readonly Difference[];
  /** Spaces in which the report records the item. */
  readonly present: readonly string[];
  readonly assumptions: readonly Assumption[];
  readonly notCovered: readonly NotCovered[];
  readonly earlier: readonly EarlierVisit[];
  /** Ids of the statements it was computed from. */
  readonly evidence: readonly string[];
}
