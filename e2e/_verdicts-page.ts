/** What the page of `ed25519-verdicts.test.ts` runs: the table of crafted signatures through the desk's own verifier. */
import { edgeVerdicts, type EdgeVerdict, type PublishedEdges } from "@countersign/core/signing/_edge-vectors.ts";
import { browserVerify } from "@countersign/web/desk/browser-verifier.ts";

declare global {
  /** What the desk of this page says of each case, in order. */
  var verdictsHere: (published: PublishedEdges | null) => Promise<readonly EdgeVerdict[]>;
}

globalThis.verdictsHere = (published) => edgeVerdicts(browserVerify, published ?? undefined);
