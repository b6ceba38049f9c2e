/** What a check of a node's folder finds. Damage says something of this machine's disk and never of anybody's honesty (SPEC R15). */
import type { PartyId } from "@countersign/core/bytes/fields.ts";

export interface Damage {
  /** Under the node's folder. */
  readonly path: string;
  readonly what: string;
  /** Whose copies hold the same bytes, or what they follow from. */
  readonly from: readonly PartyId[];
  /**
   * `derived`: it follows from what is sound here. `fetched`: another node's copy gives it. `copy`: only a copy of this folder does, because
   * nobody else ever had it.
   */
  readonly remedy: "derived" | "fetched" | "copy";
}

export interface FolderReport {
  /** Files read, and their bytes. */
  readonly files: number;
  readonly bytes: number;
  readonly damage: readonly Damage[];
  /** What is no damage and good to know: what a crash left to be finished, files that belong to nothing. */
  readonly remarks: readonly string[];
}
