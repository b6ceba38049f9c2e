/** Why an entry has no effect: in the reader's language where there are words for it, otherwise in the English of the refusal. */
import type { Inert } from "@countersign/core/channel/fold.ts";
import { inertMessages } from "../../messages/inert.ts";
import { useWords } from "../../parts/language.tsx";

/** Refusals whose own sentence says no more than the words do. */
const SAID_WHOLE: ReadonlySet<string> = new Set(["entry-after-fork", "entry-unreadable", "entry-badly-signed", "entry-repeated", "entry-other-channel"]);

/** `detailed`: with the refusal's own sentence behind the words, which names the log, file or kind. */
export function InertReason({ inert: { waiting, why }, detailed = false }: { readonly inert: Pick<Inert, "waiting" | "why">; readonly detailed?: boolean }) {
  const say = useWords(inertMessages);
  const known = `why_${why.code}`;
  const inWords = say.has(known);
  return (
    <>
      {say(waiting ? "waiting" : "inert", { reason: inWords ? say(known) : why.sentence })}
      {detailed && inWords && !SAID_WHOLE.has(why.code) ? <span lang="en"> {why.sentence}</span> : null}
    </>
  );
}
