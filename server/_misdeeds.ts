/** For tests: all misdeeds that are tried, in the order in which `docs/misdeeds.md` lists them. */
import type { Misdeed } from "./_misdeed-stage.ts";
import { floods } from "./_misdeed-floods.ts";
import { entriesOfItsLog, twoVersions } from "./_misdeeds-in-a-log.ts";
import { bundlesByHand } from "./_misdeeds-by-hand.ts";
import { answersOfItsNode, wordsOfOthers } from "./_misdeeds-of-a-node.ts";

export const misdeeds: readonly Misdeed[] = [...twoVersions, ...entriesOfItsLog, ...answersOfItsNode, ...wordsOfOthers, ...bundlesByHand, ...floods];
