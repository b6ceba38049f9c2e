/** Checks signatures by noble, away from the page's own thread. */
import { nobleVerify } from "@countersign/core/signing/noble.ts";
import type { SignatureCheck } from "@countersign/core/signing/algorithm.ts";

addEventListener("message", (event: MessageEvent<{ number: number; checks: readonly SignatureCheck[] }>) => {
  const { number, checks } = event.data;
  void nobleVerify(checks).then((answers) => postMessage({ number, answers }));
});
