/** Letters, positions, concerns. */
import type { PartyId, Words } from "@countersign/core/bytes/fields.ts";
import { otherSide } from "@countersign/core/channel/charter.ts";
import type { BodyOf, Statement } from "@countersign/core/channel/kind.ts";
import { concern } from "@countersign/core/consult/concern.ts";
import { agenda } from "@countersign/core/exchange/agenda.ts";
import { letter } from "@countersign/core/exchange/letter.ts";
import { accept, refuse } from "@countersign/core/refusal.ts";
import { agreementInForce } from "@countersign/core/terms/in-force.ts";
import { draft } from "@countersign/core/text/draft.ts";
import { actMessages } from "../../messages/acts.ts";
import { sayIn } from "../../parts/language.tsx";
import { nameOf } from "../../parts/party-name.tsx";
import { textOf } from "../../parts/words.tsx";
import type { Act, ActContext } from "./act.ts";
import type { Field, Option } from "./fields.ts";

/** What a party says of itself needs no source; sources are for what is told of others. */
const ownWord = { sources: [], confirmed: true } as const;

export const writeLetter: Act = {
  name: "letter",
  kind: "letter",
  attaches: true,
  begin: ({ circle, own }) =>
    accept({
      form: "note",
      to: otherSide(circle.charter, own).map(({ id }) => id),
      answers: [],
      asksReply: false,
      venues: [],
      ...ownWord,
    }),
  fields: (context) => [formField(context, ["note", "proposal", "demand", "non-paper"]), ...letterFields(context)],
  values: (context, body) => ({ parties: namesOf(context, body["to"]) }),
};

export const answerLetter: Act = {
  name: "answer",
  kind: "letter",
  attaches: true,
  begin: (context) => {
    const answered = answeredBy(context);
    if (answered === undefined) return refuse("no-letter", context.say("noGround"));
    const title: Words = Object.fromEntries(
      Object.entries(answered.body.title).map(([language, text]) => [
        language,
        sayIn(actMessages, language === "ru" ? "ru" : "en")("replyTitle", { title: text }).slice(0, 6000),
      ]),
    );
    return accept({
      form: "reply",
      title,
      to: [answered.author],
      answers: [answered.id],
      asksReply: false,
      venues: [],
      ...ownWord,
    });
  },
  fields: letterFields,
  values: (context, body) => {
    const answered = answeredBy(context);
    return {
      parties: namesOf(context, body["to"]),
      title: answered === undefined ? "" : textOf(answered.body.title, context.language),
    };
  },
};

export const takePosition: Act = {
  name: "position",
  kind: "position",
  begin: ({ state, subject, say }) => {
    const provision = subject.provision ?? state.of(agenda)[0]?.body.provisions[0]?.id;
    return provision === undefined
      ? refuse("no-agenda", say("noGround"))
      : accept({ provision, word: "willing-to-discuss", conditions: [], venues: [], ...ownWord });
  },
  fields: ({ state, language, say }) => [
    {
      as: "choice",
      path: "provision",
      label: say("f_provision"),
      options: state.of(agenda).flatMap(({ body }) =>
        body.provisions.map(({ id, number, title }) => ({
          value: id,
          label: `${number}. ${textOf(title, language)}`,
        })),
      ),
    },
    {
      as: "choice",
      path: "word",
      label: say("f_word"),
      options: (
        ["proposes", "accepts", "willing-to-discuss", "accepts-on-condition", "does-not-accept", "no-answer"] as const
      ).map((value) => ({ value, label: say(`word_${value}`) })),
    },
    { as: "words", path: "note", label: say("f_note"), lines: 2, optional: true },
    { as: "wordsList", path: "conditions", label: say("f_conditions") },
  ],
};

export const raiseConcern: Act = {
  name: "raiseConcern",
  kind: "concern",
  attaches: true,
  begin: () => accept({}),
  fields: ({ state, language, say }) => {
    const obligations = agreementInForce(state)?.terms.obligations ?? [];
    const about: Field = {
      as: "choice",
      path: "obligation",
      label: say("f_about"),
      none: say("anyObligation"),
      options: obligations.map(({ id, title }) => ({ value: id, label: textOf(title, language) })),
    };
    return [
      ...(obligations.length === 0 ? [] : [about]),
      { as: "words", path: "title", label: say("f_title"), lines: 1 },
      { as: "words", path: "text", label: say("f_text"), lines: 5 },
    ];
  },
  values: (context) => ({
    parties: namesOf(
      context,
      otherSide(context.circle.charter, context.own).map(({ id }) => id),
    ),
  }),
};

export const answerConcern: Act = {
  name: "answerConcern",
  kind: "reply",
  attaches: true,
  begin: ({ state, subject, say }) => {
    const question = state.of(concern).find(({ id }) => id === subject.concern);
    return question === undefined ? refuse("no-concern", say("noGround")) : accept({ to: question.id });
  },
  fields: ({ say }) => [{ as: "words", path: "text", label: say("f_text"), lines: 5 }],
};

function letterFields(context: ActContext): Field[] {
  const { say } = context;
  return [
    { as: "words", path: "title", label: say("f_title"), lines: 1 },
    { as: "words", path: "text", label: say("f_text"), lines: 6 },
    { as: "many", path: "to", label: say("f_to"), options: partyOptions(context) },
    { as: "switch", path: "asksReply", label: say("f_asksReply") },
  ];
}

function formField({ say }: ActContext, forms: readonly BodyOf<typeof letter>["form"][]): Field {
  return {
    as: "choice",
    path: "form",
    label: say("f_form"),
    options: forms.map((value) => ({ value, label: say(`form_${value}`) })),
  };
}

/** Everyone else in the circle; the other side first. */
function partyOptions({ circle, own, language }: ActContext): Option[] {
  const others = otherSide(circle.charter, own).map(({ id }) => id);
  const ids = [
    ...others,
    ...circle.charter.parties.map(({ id }) => id).filter((id) => id !== own && !others.includes(id)),
  ];
  return ids.map((id) => ({ value: id, label: nameOf(circle.charter, id, language) }));
}

function namesOf({ circle, language }: ActContext, ids: unknown): string {
  return Array.isArray(ids) ? ids.map((id: PartyId) => nameOf(circle.charter, id, language)).join(", ") : "";
}

function answeredBy({
  state,
  subject,
}: ActContext): Statement<BodyOf<typeof letter> | BodyOf<typeof draft>> | undefined {
  return [...state.of(letter), ...state.of(draft)].find(({ id }) => id === subject.letter);
}
