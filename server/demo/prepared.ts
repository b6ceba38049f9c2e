/**
 * The next statement that the exercise has prepared, from what the record holds. It follows what people did, not a script of
 * positions in a log: another base, another hour or a statement in between change what comes next, and nothing is made twice.
 */
import { addSeconds } from "@countersign/core/bytes/instant.ts";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import type { Instant, PartyId, Words } from "@countersign/core/bytes/fields.ts";
import type { BodyOf, Kind, Statement } from "@countersign/core/channel/kind.ts";
import { jointAct } from "@countersign/core/channel/documents.ts";
import type { State } from "@countersign/core/channel/fold.ts";
import { release } from "@countersign/core/channel/release.ts";
import { consent } from "@countersign/core/consult/consent.ts";
import { declaredSites, siteById, type DeclaredSite } from "@countersign/core/declare/sites.ts";
import { ambiguity } from "@countersign/core/inspect/ambiguity.ts";
import { ambiguityStatement } from "@countersign/core/inspect/ambiguity-statement.ts";
import { arrival } from "@countersign/core/inspect/arrival.ts";
import { briefing } from "@countersign/core/inspect/briefing.ts";
import { compileReport } from "@countersign/core/inspect/compile-report.ts";
import { departure } from "@countersign/core/inspect/departure.ts";
import { designation } from "@countersign/core/inspect/designation.ts";
import { diagramCheck } from "@countersign/core/inspect/diagram-check.ts";
import { draw } from "@countersign/core/inspect/draw.ts";
import { drawOpen } from "@countersign/core/inspect/draw-open.ts";
import { freeze } from "@countersign/core/inspect/freeze.ts";
import { intent } from "@countersign/core/inspect/intent.ts";
import { inspections, type Inspection } from "@countersign/core/inspect/inspections.ts";
import { objectSheet, type Sheet } from "@countersign/core/inspect/object-sheet.ts";
import { report } from "@countersign/core/inspect/report.ts";
import { transport } from "@countersign/core/inspect/transport.ts";
import { agreementInForce, type AgreementInForce } from "@countersign/core/terms/in-force.ts";
import { latestDraft, textState } from "@countersign/core/text/text-state.ts";
import type { StatementRequest } from "@countersign/wire/endpoints.ts";
import type { InspectionPlan, PlannedInspection } from "./inspection-plan.ts";

/** What a prepared statement needs of its author's node: the hour, and to seal a value and open it again. */
export interface Sealing {
  readonly now: Instant;
  seal(value?: string): Promise<{ number: number; commitment: string }>;
  unseal(commitment: string): Promise<{ value: string; nonce: string }>;
}

export interface Prepared {
  readonly by: PartyId;
  /** When the plan has it; the clock is moved there first. */
  readonly at: Instant;
  readonly kind: string;
  /** For a button. */
  readonly what: Words;
  /** The inspection it belongs to, by its number. */
  readonly inspection?: number;
  make(sealing: Sealing): Promise<StatementRequest>;
}

const STEPS = [agreementStep, consentStep, inspectionStep, releaseStep];

/** The next prepared statement of anyone; `undefined` when the plan is done. */
export function nextPrepared(state: State, plan: InspectionPlan): Prepared | undefined {
  for (const step of STEPS) {
    const next = step(state, plan);
    if (next !== undefined) return next;
  }
  return undefined;
}

/** What one party could say next, though others may be expected to speak before it. */
export function preparedOf(by: PartyId, state: State, plan: InspectionPlan): Prepared | undefined {
  return STEPS.map((step) => step(state, plan)).find((next) => next?.by === by);
}

function request<Body>(kind: Kind<Body>, body: Body, files: StatementRequest["files"] = []): StatementRequest {
  return { kind: kind.name, body: body as Record<string, unknown>, files };
}

function simple<Body>(by: PartyId, at: Instant, kind: Kind<Body>, what: Words, body: Body): Prepared {
  return { by, at, kind: kind.name, what, make: () => Promise.resolve(request(kind, body)) };
}

/** Settle the bracket on what the proposing side of the draft holds, then sign: the two sides first, the third State after them. */
function agreementStep(state: State, plan: InspectionPlan): Prepared | undefined {
  const draft = latestDraft(state);
  const text = draft === undefined ? undefined : textState(state, draft.id);
  if (draft === undefined || text === undefined) return undefined;
  for (const provision of text.provisions)
    for (const bracket of provision.brackets) {
      if (bracket.settled !== undefined) continue;
      const held = bracket.alternatives.find((alternative) => alternative.holders.includes(draft.author));
      const by = draft.body.signatories.find((party) => bracket.alternatives.some((other) => other !== held && other.holders.includes(party)));
      if (held === undefined || by === undefined) continue;
      return {
        by,
        at: plan.agreement.support,
        kind: "support",
        what: { en: `Accept ${held.text.en ?? ""}`, ru: `Принять: ${held.text.ru ?? ""}` },
        make: () => Promise.resolve({ kind: "support", body: { draft: draft.id, provision: provision.provision.id, against: provision.hash, bracket: bracket.id, alternative: held.id }, files: [] }),
      };
    }
  const agreement = text.agreement;
  if (agreement === undefined || text.signature === undefined || text.signature.status === "refused") return undefined;
  const sides = state.charter.parties.filter((party) => party.side !== undefined).map((party) => party.id);
  const by = [...text.signature.missing].sort((a, b) => Number(sides.includes(b)) - Number(sides.includes(a)))[0];
  if (by === undefined) return undefined;
  return {
    by,
    at: sides.includes(by) ? plan.agreement.sign : plan.agreement.thirdState,
    kind: "sign",
    what: { en: "Sign the text", ru: "Подписать текст" },
    make: () =>
      Promise.resolve({
        kind: "sign",
        body: { document: agreement.sha256, what: "agreement", form: "sign" },
        files: [{ name: "agreement.json", type: "application/json", data: toBase64(agreement.bytes) }],
      }),
  };
}

/** Every host of a declared site consents once the agreement is in force. */
function consentStep(state: State, plan: InspectionPlan): Prepared | undefined {
  const agreement = agreementInForce(state);
  if (agreement === undefined) return undefined;
  const hosted = declaredSites(state).filter(({ site }) => site.host !== undefined);
  const host = state.charter.parties.find(({ id }) => hosted.some(({ site }) => site.host === id) && !state.of(consent).some(({ author }) => author === id));
  if (host === undefined) return undefined;
  const sites = hosted.filter(({ site }) => site.host === host.id).map(({ site }) => site.id);
  return simple(host.id, plan.agreement.consents[host.id] ?? agreement.since, consent, { en: "Consent to inspections", ru: "Согласие на инспекции" }, { agreement: agreement.sha256, sites, conditions: [plan.consent] });
}

/** The first step that is missing from the first planned inspection that is not finished. */
function inspectionStep(state: State, plan: InspectionPlan): Prepared | undefined {
  const agreement = agreementInForce(state);
  if (agreement === undefined) return undefined;
  const counts = new Map<PartyId, number>();
  const made = inspections(state);
  for (const planned of plan.inspections) {
    const ordinal = counts.get(planned.inspecting) ?? 0;
    counts.set(planned.inspecting, ordinal + 1);
    const inspection = made.filter((one) => one.inspecting === planned.inspecting)[ordinal];
    const step = inspection === undefined ? announce(planned, agreement) : nextStep(state, planned, inspection, plan);
    if (step !== undefined) return { ...step, inspection: planned.number };
  }
  return undefined;
}

function announce(planned: PlannedInspection, { sha256: agreement, terms }: AgreementInForce): Prepared {
  return {
    by: planned.inspecting,
    at: planned.notice,
    kind: intent.name,
    what: { en: "Announce an inspection", ru: "Объявить инспекцию" },
    make: async (sealing) =>
      request(intent, {
        agreement,
        obligation: planned.obligation,
        pointOfEntry: planned.pointOfEntry,
        // The hours that were settled, and half an hour more.
        arrival: addSeconds(sealing.now, Math.max(planned.after.arrival * 60, terms.access.noticeHours * 3600 + 1800)),
        team: planned.team,
        choice: await sealing.seal(planned.site),
      }),
  };
}

function nextStep(state: State, planned: PlannedInspection, inspection: Inspection, plan: InspectionPlan): Prepared | undefined {
  const { after } = planned;
  const { inspecting, inspected } = inspection;
  const id = inspection.id;
  const notice = inspection.intent;
  const of = <Body extends { inspection: string }>(kind: Kind<Body>): readonly Statement<Body>[] => state.of(kind).filter(({ body }) => body.inspection === id);
  const minutes = (from: Instant, count: number): Instant => addSeconds(from, count * 60);

  const arrived = of(arrival)[0];
  if (arrived === undefined)
    return simple(inspecting, notice.body.arrival, arrival, { en: "Arrive at the point of entry", ru: "Прибыть в пункт въезда" }, { inspection: id, pointOfEntry: notice.body.pointOfEntry, arrived: notice.body.arrival, team: notice.body.team.length });

  const named = of(designation)[0];
  if (named === undefined)
    return {
      by: inspecting,
      at: minutes(arrived.time, after.designation),
      kind: designation.name,
      what: { en: "Name the site", ru: "Назвать объект" },
      make: async (sealing) => {
        const opening = await sealing.unseal(notice.body.choice.commitment);
        return request(designation, { inspection: id, site: opening.value, nonce: opening.nonce });
      },
    };

  const declared = siteById(state, named.body.site);
  if (declared === undefined) return undefined;
  const { site } = declared;
  const siteName = { en: site.name.en ?? site.id, ru: site.name.ru ?? site.id };
  if (of(freeze).length === 0)
    return simple(inspected, minutes(named.time, after.freeze), freeze, { en: `Sign the freeze at ${siteName.en}`, ru: `Подписать запрет перемещений: ${siteName.ru}` }, { inspection: id, site: site.id, measures: plan.freeze });

  const brought = of(transport)[0];
  const atSite = minutes(named.time, after.transport);
  if (brought === undefined)
    return simple(site.host ?? inspected, atSite, transport, { en: "Bring the team to the site", ru: "Доставить группу на объект" }, { inspection: id, atSite });

  const briefed = of(briefing)[0];
  const briefingEnds = minutes(brought.time, after.briefing);
  if (briefed === undefined)
    return simple(inspected, briefingEnds, briefing, { en: "Brief the team", ru: "Провести инструктаж группы" }, { inspection: id, ended: briefingEnds, counts: briefedCounts(declared), safety: planned.safety });

  const checked = of(diagramCheck)[0];
  if (checked === undefined)
    return simple(inspecting, minutes(briefed.time, after.diagramCheck), diagramCheck, { en: "Check the diagram", ru: "Сверить схему" }, { inspection: id, counted: site.structures.map((structure) => ({ structure: structure.id, spaces: structure.spaces.length })), differences: [] });

  const cells = cellsOf(state, declared);
  const drawn = drawStep(state, planned, inspection, cells, minutes(checked.time, after.draw));
  if (drawn !== undefined) return drawn;

  const sheets = of(objectSheet)[0];
  if (sheets === undefined) {
    const last = of(drawOpen).at(-1)?.time ?? checked.time;
    const at = minutes(last, after.objectSheet);
    const chosen = planned.draw ? (inspection.draw?.cells ?? []) : cells;
    return simple(inspecting, at, objectSheet, { en: "Record what was seen", ru: "Записать увиденное" }, { inspection: id, sheets: sheetsOf(planned, declared, cells, chosen, last, at) });
  }

  const question = of(ambiguity)[0];
  let last = sheets.time;
  if (planned.ambiguity !== undefined) {
    if (question === undefined)
      return simple(inspecting, minutes(sheets.time, after.ambiguity), ambiguity, { en: "Write down the open question", ru: "Записать неясность" }, { inspection: id, space: planned.ambiguity.space, question: planned.ambiguity.question, statement: planned.ambiguity.statement });
    const answered = state.of(ambiguityStatement).find(({ author, body }) => author === inspected && body.ambiguity === question.id);
    if (answered === undefined)
      return simple(inspected, minutes(question.time, after.statement), ambiguityStatement, { en: "Add the own statement", ru: "Добавить своё заявление" }, { ambiguity: question.id, statement: planned.ambiguity.answer, answered: false });
    last = answered.time;
  }

  const left = of(departure)[0];
  const leaving = minutes(last, after.departure);
  if (left === undefined) return simple(inspecting, leaving, departure, { en: "Leave the site", ru: "Покинуть объект" }, { inspection: id, left: leaving });
  return reportStep(state, planned, inspection, left.time);
}

/** Both sides seal a seed, then both open it; the cells follow from the two. */
function drawStep(state: State, planned: PlannedInspection, inspection: Inspection, cells: readonly string[], at: Instant): Prepared | undefined {
  const agreement = agreementInForce(state);
  if (!planned.draw || agreement === undefined) return undefined;
  const id = inspection.id;
  const draws = state.of(draw).filter(({ body }) => body.inspection === id);
  const openings = state.of(drawOpen).filter(({ body }) => body.inspection === id);
  for (const by of [inspection.inspecting, inspection.inspected])
    if (!draws.some(({ author }) => author === by))
      return {
        by,
        at,
        kind: draw.name,
        what: { en: "Seal a seed for the draw", ru: "Запечатать число для жребия" },
        make: async (sealing) => request(draw, { inspection: id, list: [...cells], count: agreement.terms.detection.drawnCells, seed: await sealing.seal() }),
      };
  for (const by of [inspection.inspecting, inspection.inspected]) {
    const own = draws.find(({ author }) => author === by);
    if (own !== undefined && !openings.some(({ author }) => author === by))
      return {
        by,
        at: addSeconds(at, planned.after.drawOpen * 60),
        kind: drawOpen.name,
        what: { en: "Open the seed", ru: "Вскрыть число" },
        make: async (sealing) => {
          const opening = await sealing.unseal(own.body.seed.commitment);
          return request(drawOpen, { inspection: id, draw: own.id, value: opening.value, nonce: opening.nonce });
        },
      };
  }
  return undefined;
}

function reportStep(state: State, planned: PlannedInspection, inspection: Inspection, left: Instant): Prepared | undefined {
  const made = state.of(report).find(({ body }) => body.inspection === inspection.id);
  if (made === undefined)
    return {
      by: inspection.inspecting,
      at: addSeconds(left, planned.after.report * 60),
      kind: report.name,
      what: { en: "Put the report together", ru: "Составить отчёт" },
      make: () => {
        const compiled = compileReport(state, inspection.id);
        if (!compiled.ok) throw new Error(compiled.refusal.sentence);
        return Promise.resolve(request(report, { inspection: inspection.id, document: compiled.value.sha256 }, [{ name: "report.json", type: "application/json", data: toBase64(compiled.value.bytes) }]));
      },
    };
  const act = jointAct(state, made.body.document, [inspection.inspecting, inspection.inspected]);
  const by = act.missing[0];
  if (by === undefined) return undefined;
  return {
    by,
    at: addSeconds(made.time, planned.after.sign * 60),
    kind: "sign",
    what: { en: "Sign the report", ru: "Подписать отчёт" },
    make: () => Promise.resolve({ kind: "sign", body: { document: made.body.document, what: "report", form: "sign" }, files: [] }),
  };
}

/**
 * At the end both sides release the text, the declarations and the reports with their signatures, so that an observer can read them, and the
 * hosts what they said themselves: nobody releases another's words.
 */
function releaseStep(state: State, plan: InspectionPlan): Prepared | undefined {
  const open = new Set(["draft", "sign", "report", "site", "type", "intent", "designation", "consent"]);
  const said = state.all.filter(({ kind }) => open.has(kind));
  for (const { id, side } of state.charter.parties) {
    const done = new Set(state.of(release).filter(({ author }) => author === id).flatMap(({ body }) => body.statements));
    const missing = said.filter((statement) => (side !== undefined || statement.author === id) && !done.has(statement.id));
    if (missing.length > 0)
      return simple(id, plan.endsAt, release, { en: "Release to the observer", ru: "Разрешить показ наблюдателю" }, { statements: missing.map((statement) => statement.id) });
  }
  return undefined;
}

function cellsOf(state: State, { site }: DeclaredSite): string[] {
  const kinds = agreementInForce(state)?.terms.detection.cellKinds ?? [];
  return site.structures.flatMap(({ spaces }) => spaces.filter(({ kind }) => kinds.includes(kind)).map(({ id }) => id));
}

function briefedCounts({ site, holdings }: DeclaredSite): BodyOf<typeof briefing>["counts"] {
  return site.structures.map(({ id, spaces }) => ({
    structure: id,
    spaces: spaces.length,
    items: holdings?.body.items.filter((item) => spaces.some((space) => space.id === item.space)).length ?? 0,
  }));
}

/** Spread over the time on site, in the order of the diagram. In the exercise every declaration is true, so identities are the declared ones. */
function sheetsOf(planned: PlannedInspection, { site, holdings }: DeclaredSite, cells: readonly string[], chosen: readonly string[], from: Instant, to: Instant): Sheet[] {
  const spaces = site.structures.flatMap((structure) => structure.spaces).filter(({ id }) => chosen.includes(id) || !cells.includes(id));
  const step = Math.floor((planned.after.objectSheet * 60) / (spaces.length + 1) / 60) * 60;
  return spaces.map(({ id }, position): Sheet => {
    const at = [addSeconds(from, step * (position + 1)), to].sort()[0] ?? to;
    if (planned.notShown?.space === id) return { space: id, state: "not-shown", at, recognised: "not-recognisable", remark: planned.notShown.remark };
    const isCell = cells.includes(id);
    const { state, method, recognised } = isCell ? planned.cells : planned.others;
    const identity = isCell && method !== undefined && recognised === "none" ? holdings?.body.items.find((item) => item.space === id)?.identity : undefined;
    return { space: id, state, ...(method === undefined ? {} : { method }), at, recognised, ...(identity === undefined ? {} : { identity }) };
  });
}

