/** What the record asks a party to do next, as an act with its subject and in words. */
import type { State } from "@countersign/core/channel/fold.ts";
import type { Owed, OwedAct } from "@countersign/core/terms/owed.ts";
import { textState } from "@countersign/core/text/text-state.ts";
import { owedMessages } from "../../messages/owed.ts";
import { sayIn, type Language } from "../../parts/language.tsx";
import { textOf } from "../../parts/words.tsx";
import { siteName, titleOf } from "../statement-titles.ts";
import type { ActName, ActSubject } from "./act.ts";

/** The act that does it; a node signs its charter by itself. */
const actOf: Readonly<Record<OwedAct, ActName | undefined>> = {
  "sign-charter": undefined,
  support: "support",
  "sign-agreement": "signText",
  consent: "consent",
  arrival: "arrive",
  designation: "designate",
  freeze: "freeze",
  transport: "transport",
  briefing: "brief",
  "diagram-check": "checkDiagram",
  draw: "sealDraw",
  "draw-open": "openDraw",
  "object-sheet": "recordSeen",
  ambiguity: "raiseQuestion",
  "ambiguity-statement": "stateOnQuestion",
  departure: "depart",
  report: "compileReport",
  "sign-report": "signReport",
  "reply-concern": "answerConcern",
  "letter-reply": "answer",
};

export interface OwedInWords {
  readonly act: ActName | undefined;
  readonly subject: ActSubject;
  /** "Freeze movements at Morozna (B-03)" */
  readonly title: string;
  /** What the button says, where that is more than the act's name. */
  readonly label?: string;
}

export function owedInWords(one: Owed, state: State, language: Language): OwedInWords {
  const say = sayIn(owedMessages, language);
  const statement = one.statement === undefined ? undefined : state.get(one.statement);
  const site = one.site === undefined ? undefined : siteName(one.site, state, language);
  const about = statement === undefined ? "" : titleOf(statement, state, language).title;
  return {
    act: actOf[one.act],
    subject: subjectOf(one),
    title: say(`owed_${one.act}`, { site: site ?? say("namedLater"), about, provision: provisionNumber(one, state) }),
    ...wordingOf(one, state, language),
  };
}

function provisionNumber({ statement, provision }: Owed, state: State): string {
  if (statement === undefined || provision === undefined) return "";
  return (
    textState(state, statement)?.provisions.find((one) => one.provision.id === provision)?.provision.number ?? provision
  );
}

/** The other wording, where there is just one to accept. */
function wordingOf(
  { act, by, statement, provision, bracket }: Owed,
  state: State,
  language: Language,
): Pick<OwedInWords, "label"> {
  if (act !== "support" || statement === undefined) return {};
  const found = textState(state, statement)
    ?.provisions.find((one) => one.provision.id === provision)
    ?.brackets.find(({ id }) => id === bracket);
  const others = found?.alternatives.filter(({ holders }) => holders.length > 0 && !holders.includes(by)) ?? [];
  const [only] = others;
  return others.length === 1 && only !== undefined
    ? { label: sayIn(owedMessages, language)("accept", { text: textOf(only.text, language) }) }
    : {};
}

/**
 * In the order in which a side would do them: what is late, what has a clock, what has none, what may be left. A departure comes last
 * of what is possible, since it ends the visit; then what is possible only later.
 */
export function byPressure(list: readonly Owed[]): Owed[] {
  return list.toSorted((a, b) => rank(a) - rank(b) || steps.indexOf(a.act) - steps.indexOf(b.act));
}

export function mostPressing(list: readonly Owed[]): Owed | undefined {
  return byPressure(list)[0];
}

/** The steps of an inspection in their order; acts outside of one keep theirs. */
const steps: readonly OwedAct[] = [
  "arrival",
  "designation",
  "freeze",
  "transport",
  "briefing",
  "diagram-check",
  "draw",
  "draw-open",
  "object-sheet",
  "ambiguity",
  "ambiguity-statement",
  "departure",
  "report",
  "sign-report",
];

function rank({ act, standing, due }: Owed): number {
  if (standing === "not-yet") return 5;
  if (act === "departure") return 4;
  if (standing === "late") return 0;
  if (due !== undefined) return 1;
  return act === "letter-reply" ? 3 : 2;
}

function subjectOf({ act, statement, inspection, space, provision, bracket, document }: Owed): ActSubject {
  return {
    ...(space === undefined ? {} : { space }),
    ...(inspection === undefined ? {} : { inspection }),
    ...(provision === undefined ? {} : { provision }),
    ...(bracket === undefined ? {} : { bracket }),
    ...(document === undefined ? {} : { document }),
    ...(statement === undefined
      ? {}
      : act === "support" || act === "sign-agreement"
        ? { draft: statement }
        : act === "letter-reply"
          ? { letter: statement }
          : act === "reply-concern"
            ? { concern: statement }
            : act === "ambiguity-statement"
              ? { ambiguity: statement }
              : {}),
  };
}
