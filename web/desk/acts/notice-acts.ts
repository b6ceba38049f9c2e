/** From the notice of an inspection to the team's arrival on site: announce, arrive, name the site, freeze, transport. */
import { addHours } from "@countersign/core/bytes/instant.ts";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { opens, commitment } from "@countersign/core/declare/commitment.ts";
import { declaredSites } from "@countersign/core/declare/sites.ts";
import { announcedBy, type Announced } from "@countersign/core/inspect/announced.ts";
import { designatedInspection, type Designated } from "@countersign/core/inspect/designated.ts";
import { inspectable, intent } from "@countersign/core/inspect/intent.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { agreementInForce } from "@countersign/core/terms/in-force.ts";
import type { Obligation } from "@countersign/core/terms/terms.ts";
import { actMessages } from "../../messages/acts.ts";
import { inGroups } from "../../parts/hash-text.tsx";
import { nameOf } from "../../parts/party-name.tsx";
import { textOf } from "../../parts/words.tsx";
import { siteName } from "../statement-titles.ts";
import type { Act, ActContext } from "./act.ts";
import type { Body, Option } from "./fields.ts";

export const announce: Act = {
  name: "announce",
  kind: "intent",
  ownMembers: ["choice"],
  begin: (context) => {
    const agreement = agreementInForce(context.state);
    const obligation = obligations(context)[0];
    if (agreement === undefined || obligation === undefined) return noGround(context);
    const earlier = context.state.of(intent).findLast(({ author }) => author === context.own)?.body;
    return accept({
      agreement: agreement.sha256,
      obligation: obligation.id,
      pointOfEntry: earlier?.pointOfEntry ?? {},
      arrival: wholeHour(addHours(context.desk.now, agreement.terms.access.noticeHours + 1)),
      team: earlier?.team ?? [{ name: "", role: "leader" }],
      site: siteOptions(context, obligation)[0]?.value,
    });
  },
  fields: (context, body) => {
    const { say, language } = context;
    const all = obligations(context);
    const chosen = all.find(({ id }) => id === body["obligation"]);
    return [
      {
        as: "choice",
        path: "obligation",
        label: say("f_obligation"),
        options: all.map(({ id, title }) => ({ value: id, label: textOf(title, language) })),
      },
      {
        as: "choice",
        path: "site",
        label: say("f_site"),
        hint: say("f_siteHint"),
        options: chosen === undefined ? [] : siteOptions(context, chosen),
      },
      { as: "instant", path: "arrival", label: say("f_arrival") },
      { as: "words", path: "pointOfEntry", label: say("f_pointOfEntry"), lines: 1 },
      {
        as: "table",
        path: "team",
        label: say("f_team"),
        rowHead: "",
        rowName: (_, position) => say("f_member", { number: position + 1 }),
        columns: [
          { as: "line", path: "name", label: say("f_name") },
          {
            as: "choice",
            path: "role",
            label: say("f_role"),
            options: (["leader", "deputy", "inspector", "interpreter"] as const).map((value) => ({
              value,
              label: say(`role_${value}`),
            })),
          },
        ],
        newRow: { label: say("addRow"), row: { name: "", role: "inspector" } },
      },
    ];
  },
  adjust: (body, context) => {
    const chosen = obligations(context).find(({ id }) => id === body["obligation"]);
    const options = chosen === undefined ? [] : siteOptions(context, chosen);
    return options.some(({ value }) => value === body["site"]) ? body : { ...body, site: options[0]?.value };
  },
  values: ({ state }) => ({ hours: agreementInForce(state)?.terms.access.noticeHours ?? 0 }),
  complete: async ({ site, ...body }, { desk, circle }) => {
    const choice = await desk.seal(circle.channel, String(site));
    return choice.ok ? accept({ body: { ...body, choice: choice.value }, files: [] }) : choice;
  },
};

export const arrive: Act = {
  name: "arrive",
  kind: "arrival",
  begin: (context) => {
    const announced = announcedOf(context);
    if (announced === undefined) return noGround(context);
    const { pointOfEntry, team, arrival } = announced.intent.body;
    const { now } = context.desk;
    return accept({
      inspection: announced.intent.id,
      pointOfEntry,
      arrived: arrival < now ? arrival : now,
      team: team.length,
    });
  },
  fields: ({ say }) => [
    { as: "instant", path: "arrived", label: say("f_arrived"), past: true },
    { as: "words", path: "pointOfEntry", label: say("f_pointOfEntry"), lines: 1 },
    { as: "number", path: "team", label: say("f_teamSize"), min: 1, max: 1000 },
  ],
  values: (context) => {
    const access = announcedOf(context)?.agreement.terms.access;
    return { from: access?.designationFromHours ?? 0, to: access?.designationToHours ?? 0 };
  },
};

export const designate: Act = {
  name: "designate",
  kind: "designation",
  ownMembers: ["site", "nonce"],
  begin: async (context) => {
    const announced = announcedOf(context);
    if (announced === undefined) return noGround(context);
    const opening = await context.desk.unseal(context.circle.channel, announced.intent.body.choice.commitment);
    return opening.ok
      ? accept({ inspection: announced.intent.id, site: opening.value.value, nonce: opening.value.nonce })
      : opening;
  },
  fields: (context, body) => {
    const { say, state, language } = context;
    const choice = announcedOf(context)?.intent.body.choice;
    if (choice === undefined) return [];
    const opening = { value: String(body["site"]), nonce: String(body["nonce"]) };
    const computed = commitment(state.channel, context.own, choice.number, opening) ?? "";
    return [
      { as: "fact", label: say("f_named"), value: siteName(opening.value, state, language) },
      { as: "fact", label: say("f_sealed"), value: inGroups(choice.commitment), mono: true },
      { as: "fact", label: say("f_opened"), value: inGroups(computed), mono: true },
      { as: "fact", label: "", value: say(opens(state.channel, context.own, choice, opening) ? "equal" : "differs") },
    ];
  },
  values: (context) => {
    const announced = announcedOf(context);
    return {
      party: (announced?.inspectable ?? [])
        .map((id) => nameOf(context.circle.charter, id, context.language))
        .join(", "),
      hours: announced?.agreement.terms.access.freezeHours ?? 0,
    };
  },
};

export const signFreeze: Act = {
  name: "freeze",
  kind: "freeze",
  begin: (context) => {
    const designated = designatedOf(context);
    if (designated === undefined) return noGround(context);
    return accept({
      inspection: designated.intent.id,
      site: designated.declared.site.id,
      measures: bothLanguages("measuresDefault"),
    });
  },
  fields: (context, body) => [
    {
      as: "fact",
      label: context.say("f_named"),
      value: siteName(String(body["site"]), context.state, context.language),
    },
    { as: "words", path: "measures", label: context.say("f_measures"), lines: 2 },
  ],
  values: (context, body) => ({ site: siteName(String(body["site"]), context.state, context.language) }),
};

export const stateTransport: Act = {
  name: "transport",
  kind: "transport",
  begin: (context) => {
    const designated = designatedOf(context);
    return designated === undefined
      ? noGround(context)
      : accept({ inspection: designated.intent.id, atSite: context.desk.now });
  },
  fields: ({ say }) => [{ as: "instant", path: "atSite", label: say("f_atSite"), past: true }],
  values: (context) => ({ hours: designatedOf(context)?.agreement.terms.access.briefingHours ?? 0 }),
};

/** The notice that the act is about. */
export function announcedOf({ state, subject }: ActContext): Announced | undefined {
  const notice = state.of(intent).find(({ id }) => id === subject.inspection);
  return notice === undefined ? undefined : announcedBy(state, notice);
}

/** The inspection, once its site is named. */
export function designatedOf({ state, subject }: ActContext): Designated | undefined {
  const found = subject.inspection === undefined ? undefined : designatedInspection(state, subject.inspection);
  return found?.ok === true ? found.value : undefined;
}

export function noGround({ say }: ActContext): Result<never> {
  return refuse("no-ground", say("noGround"));
}

export function bothLanguages(key: "measuresDefault" | "safetyDefault"): Body {
  return { en: actMessages.en[key], ru: actMessages.ru[key] };
}

/** What this party may inspect: the other side's absence. */
function obligations({ state, own }: ActContext): readonly Obligation[] {
  const agreement = agreementInForce(state);
  return agreement === undefined
    ? []
    : agreement.terms.obligations.filter(
        (obligation) =>
          obligation.kind === "absence" && inspectable(state, agreement.terms, obligation, own).length > 0,
      );
}

function siteOptions({ state, own, language }: ActContext, obligation: Obligation): Option[] {
  const agreement = agreementInForce(state);
  const owners: readonly PartyId[] =
    agreement === undefined ? [] : inspectable(state, agreement.terms, obligation, own);
  return declaredSites(state)
    .filter(({ owner }) => owners.includes(owner))
    .map(({ site }) => ({ value: site.id, label: `${textOf(site.name, language)} (${site.id})` }));
}

function wholeHour(at: string): string {
  return `${at.slice(0, 13)}:00:00Z`;
}
