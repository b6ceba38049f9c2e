/** Wordings of brackets, the signature of a settled text, and a host's consent. */
import { jointAct } from "@countersign/core/channel/documents.ts";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { declaredSites } from "@countersign/core/declare/sites.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { agreementInForce } from "@countersign/core/terms/in-force.ts";
import {
  latestDraft,
  textState,
  type AlternativeState,
  type BracketState,
  type ProvisionState,
  type TextState,
} from "@countersign/core/text/text-state.ts";
import { inGroups } from "../../parts/hash-text.tsx";
import { textOf } from "../../parts/words.tsx";
import { whySigned } from "./already.ts";
import type { Act, ActContext } from "./act.ts";
import type { Field } from "./fields.ts";

export const supportWording: Act = {
  name: "support",
  kind: "support",
  begin: (context) => {
    const found = bracketOf(context);
    if (found?.alternative === undefined) return noGround(context);
    const { text, provision, bracket, alternative } = found;
    return accept({
      draft: text.draft.id,
      provision: provision.provision.id,
      against: provision.hash,
      bracket: bracket.id,
      alternative: alternative.id,
    });
  },
  fields: (context) => placeFacts(context),
  values: (context) => ({ text: wordingOf(context) }),
};

export const proposeWording: Act = {
  name: "propose",
  kind: "proposal",
  begin: (context) => {
    const found = bracketOf(context);
    if (found === undefined) return noGround(context);
    const { text, provision, bracket } = found;
    const held = bracket.alternatives.find(({ holders }) => holders.includes(context.own)) ?? bracket.alternatives[0];
    const taken = new Set(bracket.alternatives.map(({ id }) => id));
    let number = 1;
    while (taken.has(`${context.own}-${number}`)) number += 1;
    return accept({
      draft: text.draft.id,
      provision: provision.provision.id,
      against: provision.hash,
      bracket: bracket.id,
      alternative: { id: `${context.own}-${number}`, text: held?.text ?? {}, sets: held?.sets ?? {} },
    });
  },
  fields: (context, body) => {
    const sets = ((body["alternative"] as { sets?: Record<string, number> } | undefined)?.sets ?? {}) as Record<
      string,
      number
    >;
    return [
      ...placeFacts(context),
      { as: "words", path: "alternative.text", label: context.say("f_wording"), lines: 2 },
      ...Object.keys(sets).map((parameter): Field => ({
        as: "number",
        path: `alternative.sets.${parameter}`,
        label: context.say("f_sets", { parameter }),
        min: 0,
        max: 100_000,
      })),
    ];
  },
};

export const signText: Act = {
  name: "signText",
  kind: "sign",
  begin: (context) => {
    const text = textOfSubject(context);
    if (text?.agreement === undefined) return noGround(context);
    const { state, own, language } = context;
    const why = whySigned(jointAct(state, text.agreement.sha256, [own]).signatures, own, state.charter, language);
    if (why !== undefined) return refuse("signed-already", why);
    return accept({ document: text.agreement.sha256, what: "agreement", form: "sign" });
  },
  fields: (context, body) => {
    const text = textOfSubject(context);
    return [
      {
        as: "fact",
        label: context.say("f_title"),
        value: text === undefined ? "" : textOf(text.document.title, context.language),
      },
      { as: "fact", label: context.say("f_document"), value: inGroups(String(body["document"])), mono: true },
    ];
  },
  values: (context) => ({ count: textOfSubject(context)?.draft.body.signatories.length ?? 0 }),
  complete: async (body, context) => {
    const agreement = textOfSubject(context)?.agreement;
    if (agreement === undefined || agreement.sha256 !== body["document"])
      return refuse("text-moved", context.say("noGround"));
    return accept({
      body,
      files: [{ name: "agreement.json", type: "application/json", data: toBase64(agreement.bytes) }],
    });
  },
};

export const consentToInspections: Act = {
  name: "consent",
  kind: "consent",
  begin: (context) => {
    const agreement = agreementInForce(context.state);
    const sites = hostedSites(context);
    return agreement === undefined || sites.length === 0
      ? noGround(context)
      : accept({ agreement: agreement.sha256, sites: sites.map(({ site }) => site.id), conditions: [] });
  },
  fields: (context) => [
    {
      as: "many",
      path: "sites",
      label: context.say("f_sites"),
      options: hostedSites(context).map(({ site }) => ({
        value: site.id,
        label: `${textOf(site.name, context.language)} (${site.id})`,
      })),
    },
    { as: "wordsList", path: "conditions", label: context.say("f_conditions") },
  ],
};

function hostedSites({ state, own }: ActContext) {
  return declaredSites(state).filter(({ site }) => site.host === own);
}

function textOfSubject({ state, subject }: ActContext): TextState | undefined {
  const id = subject.draft ?? latestDraft(state)?.id;
  return id === undefined ? undefined : textState(state, id);
}

interface Place {
  readonly text: TextState;
  readonly provision: ProvisionState;
  readonly bracket: BracketState;
  readonly alternative: AlternativeState | undefined;
}

/** The bracket that the act is about; without one named, the first open one, and in it the wording of others. */
function bracketOf(context: ActContext): Place | undefined {
  const text = textOfSubject(context);
  if (text === undefined) return undefined;
  const { subject, own } = context;
  const all = text.provisions.flatMap((provision) => provision.brackets.map((bracket) => ({ provision, bracket })));
  const place = all.find(({ provision, bracket }) =>
    subject.bracket === undefined
      ? bracket.settled === undefined
      : bracket.id === subject.bracket && provision.provision.id === subject.provision,
  );
  if (place === undefined) return undefined;
  const { alternatives } = place.bracket;
  const alternative =
    subject.alternative === undefined
      ? alternatives.find(({ holders }) => holders.length > 0 && !holders.includes(own))
      : alternatives.find(({ id }) => id === subject.alternative);
  return { text, ...place, alternative };
}

function placeFacts(context: ActContext): Field[] {
  const provision = bracketOf(context)?.provision.provision;
  if (provision === undefined) return [];
  return [
    {
      as: "fact",
      label: context.say("f_provision"),
      value: [provision.number, provision.heading === undefined ? "" : textOf(provision.heading, context.language)]
        .filter(Boolean)
        .join(". "),
    },
  ];
}

function wordingOf(context: ActContext): string {
  const alternative = bracketOf(context)?.alternative;
  return alternative === undefined ? "" : textOf(alternative.text, context.language);
}

function noGround({ say }: ActContext): Result<never> {
  return refuse("no-ground", say("noGround"));
}
