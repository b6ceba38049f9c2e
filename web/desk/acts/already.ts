/** What a side has said already and cannot say again to any effect, in words: why the button for it is off. */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import type { Charter } from "@countersign/core/channel/charter.ts";
import type { Signature } from "@countersign/core/channel/documents.ts";
import type { Inspection } from "@countersign/core/inspect/inspections.ts";
import { offMessages } from "../../messages/off.ts";
import { sayIn, type Language } from "../../parts/language.tsx";
import { nameOf } from "../../parts/party-name.tsx";
import { formatTime } from "../../parts/time-text.tsx";

/** Why a party has nothing left to sign; `undefined` if it has. `given`: the first answer of each signer. */
export function whySigned(given: readonly Signature[], own: PartyId, charter: Charter, language: Language): string | undefined {
  const answer = given.find(({ author }) => author === own);
  if (answer === undefined) return undefined;
  const say = sayIn(offMessages, language);
  return say(answer.body.form === "refuse" ? "offRefused" : "offSigned", { party: nameOf(charter, own, language), time: formatTime(answer.time) });
}

type Question = Inspection["ambiguities"][number];

/** Why a party has nothing left to say on a question: it has stated its view. Who asked may still call it answered. */
export function whyStated({ statements, answered, by }: Question, own: PartyId, charter: Charter, language: Language): string | undefined {
  if (!statements.some((one) => one.by === own)) return undefined;
  const say = sayIn(offMessages, language);
  if (by !== own) return say("offStated", { party: nameOf(charter, own, language) });
  return answered ? say("offAnswered") : undefined;
}
