/** For tests: the body of a letter that is a plain note to Borealia, with what a test needs otherwise. */
import type { BodyOf } from "../channel/kind.ts";
import type { letter } from "./letter.ts";

export function noteBody(title: string, more: Partial<BodyOf<typeof letter>> = {}): BodyOf<typeof letter> {
  return {
    form: "note",
    title: { en: title },
    text: { en: title },
    to: ["borealia"],
    answers: [],
    asksReply: false,
    venues: [],
    sources: [],
    confirmed: true,
    ...more,
  };
}
