/** What is owed in one inspection at its stage, with the clocks of the terms. */
import type { Instant, PartyId } from "../bytes/fields.ts";
import { addHours } from "../bytes/instant.ts";
import type { State } from "../channel/fold.ts";
import { arrivedAt } from "../inspect/arrival.ts";
import { frozenList } from "../inspect/draw.ts";
import type { Inspection } from "../inspect/inspections.ts";
import { clockStart } from "./clock.ts";

export type InspectionActName =
  | "arrival"
  | "designation"
  | "freeze"
  | "transport"
  | "briefing"
  | "diagram-check"
  | "draw"
  | "draw-open"
  | "object-sheet"
  | "ambiguity"
  | "ambiguity-statement"
  | "departure"
  | "report"
  | "sign-report";

export interface InspectionAct {
  /** The same for the same act in every state. */
  readonly id: string;
  readonly act: InspectionActName;
  readonly by: PartyId;
  /** The statement that it follows from or answers. */
  readonly statement: string;
  /** The notice's id. */
  readonly inspection: string;
  readonly site?: string;
  /** What was not shown. */
  readonly space?: string;
  /** What is signed. */
  readonly document?: string;
  /** When the act becomes possible or its clock began. */
  readonly from: Instant;
  readonly due?: Instant;
  /** The whole length of the clock. */
  readonly hours?: number;
}

export function owedInInspection(state: State, inspection: Inspection): readonly InspectionAct[] {
  if (inspection.stage === "signed") return [];
  if (inspection.departure !== undefined) return [...questionActs(inspection), ...reportActs(inspection)];
  if (inspection.designation === undefined) return beforeDesignation(inspection);
  return [...wayToTheSite(state, inspection), ...onSite(inspection), ...questionActs(inspection)];
}

function beforeDesignation(inspection: Inspection): readonly InspectionAct[] {
  const { intent, arrival, inspecting, agreement } = inspection;
  const { noticeHours, designationFromHours, designationToHours } = agreement.terms.access;
  if (arrival === undefined)
    return [
      act(inspection, "arrival", inspecting, {
        statement: intent.id,
        from: intent.body.arrival,
        due: intent.body.arrival,
        hours: noticeHours,
      }),
    ];
  return [
    act(inspection, "designation", inspecting, {
      statement: arrival.id,
      from: addHours(arrivedAt(arrival), designationFromHours),
      due: addHours(arrivedAt(arrival), designationToHours),
      hours: designationToHours - designationFromHours,
    }),
  ];
}

/** Freeze, transport and briefing; each stays owed until the team has left, however late. */
function wayToTheSite(state: State, inspection: Inspection): readonly InspectionAct[] {
  const { designation, inspected, host, freeze, transport, briefing, agreement } = inspection;
  if (designation === undefined) return [];
  const { access } = agreement.terms;
  const sinceNaming = (name: "freeze" | "transport", by: PartyId, hours: number) => {
    const from = clockStart(state, designation, by, access);
    return act(inspection, name, by, { statement: designation.id, from, due: addHours(from, hours), hours });
  };
  return [
    ...(freeze === undefined ? [sinceNaming("freeze", inspected, access.freezeHours)] : []),
    ...(transport === undefined ? [sinceNaming("transport", host ?? inspected, access.transportHours)] : []),
    ...(transport !== undefined && briefing === undefined
      ? [
          act(inspection, "briefing", inspected, {
            statement: transport.id,
            from: transport.body.atSite,
            due: addHours(transport.body.atSite, access.briefingHours),
            hours: access.briefingHours,
          }),
        ]
      : []),
  ];
}

/** The time on site runs from the end of the briefing, or from when it should have ended. */
function onSite(inspection: Inspection): readonly InspectionAct[] {
  const { inspecting, inspected, transport, briefing, diagramCheck, draw, agreement } = inspection;
  if (transport === undefined && briefing === undefined) return [];
  const { briefingHours, onSiteHours } = agreement.terms.access;
  const from =
    briefing?.body.ended ?? addHours(transport?.body.atSite ?? inspection.intent.body.arrival, briefingHours);
  const clock = {
    statement: briefing?.id ?? transport?.id ?? inspection.id,
    from,
    due: addHours(from, onSiteHours),
    hours: onSiteHours,
  };
  const drawing = [inspecting, inspected].flatMap((by) => drawActs(inspection, by, clock));
  return [
    ...(diagramCheck === undefined ? [act(inspection, "diagram-check", inspecting, clock)] : []),
    ...drawing,
    ...(drawing.length === 0 && cellsWithoutSheet(inspection, draw?.cells)
      ? [act(inspection, "object-sheet", inspecting, clock)]
      : []),
    ...unasked(inspection).map((space) => ({
      ...act(inspection, "ambiguity", inspecting, clock),
      id: `ambiguity ${inspection.id} ${space}`,
      space,
    })),
    act(inspection, "departure", inspecting, clock),
  ];
}

/** What was not shown, or refused, is written down as a question while both are there to state their view. */
function unasked({ sheets, ambiguities }: Inspection): readonly string[] {
  return sheets
    .filter(({ space, state }) => (state === "not-shown" || state === "refused") && !ambiguities.some((one) => one.space === undefined || one.space === space))
    .map(({ space }) => space);
}

interface Clock {
  readonly statement: string;
  readonly from: Instant;
  readonly due: Instant;
  readonly hours: number;
}

/** Whether to draw is for the parties to choose where a site has more cells than the terms let them draw; once one has sealed a seed, both owe the rest. */
function drawActs(inspection: Inspection, by: PartyId, clock: Clock): readonly InspectionAct[] {
  const { draw, site } = inspection;
  if (site === undefined || draw === undefined || draw.cells !== undefined) return [];
  const own = draw.seals.find(({ author }) => author === by);
  if (own === undefined) return [act(inspection, "draw", by, clock)];
  const opened = draw.openings.some(({ author }) => author === by);
  const other = draw.seals.find(({ author }) => author !== by);
  return opened || other === undefined ? [] : [act(inspection, "draw-open", by, { ...clock, statement: other.id })];
}

/** True where either side may still propose a draw by sealing a seed. */
export function mayDraw({ site, agreement, draw, diagramCheck, sheets, departure }: Inspection): boolean {
  if (site === undefined || diagramCheck === undefined || draw !== undefined || sheets.length > 0 || departure !== undefined) return false;
  const { list, count } = frozenList({ declared: site, agreement });
  return list.length > count;
}

function cellsWithoutSheet({ site, agreement, sheets }: Inspection, drawn: readonly string[] | undefined): boolean {
  if (site === undefined) return false;
  const wanted = drawn ?? frozenList({ declared: site, agreement }).list;
  return wanted.length === 0 ? sheets.length === 0 : wanted.some((cell) => !sheets.some(({ space }) => space === cell));
}

/** Each side puts its own statement beside an open question; before the report, so that it stands in it. */
function questionActs(inspection: Inspection): readonly InspectionAct[] {
  const { ambiguities, inspecting, inspected, departure, agreement } = inspection;
  const { reportHours } = agreement.terms.access;
  const clock = departure === undefined ? {} : { due: addHours(departure.body.left, reportHours) };
  return ambiguities.flatMap(({ id, statement, statements }) =>
    [inspecting, inspected]
      .filter((party) => !statements.some(({ by }) => by === party))
      .map((by) => ({
        ...act(inspection, "ambiguity-statement", by, { statement: id, from: statement.time, ...clock }),
        id: `ambiguity-statement ${id} ${by}`,
      })),
  );
}

function reportActs(inspection: Inspection): readonly InspectionAct[] {
  const { departure, report, inspecting, agreement } = inspection;
  if (departure === undefined) return [];
  const { reportHours } = agreement.terms.access;
  const due = addHours(departure.body.left, reportHours);
  if (report === undefined)
    return [
      act(inspection, "report", inspecting, {
        statement: departure.id,
        from: departure.body.left,
        due,
        hours: reportHours,
      }),
    ];
  // One side's refusal does not take the other's word: it still signs, comments or refuses.
  return report.act.missing.map((by) =>
    act(inspection, "sign-report", by, {
      statement: report.statement.id,
      document: report.statement.body.document,
      from: departure.body.left,
      due,
      hours: reportHours,
    }),
  );
}

function act(
  inspection: Inspection,
  name: InspectionActName,
  by: PartyId,
  rest: Pick<InspectionAct, "statement" | "from" | "due" | "hours" | "document">,
): InspectionAct {
  const { site } = inspection;
  return {
    id: `${name} ${inspection.id} ${by}`,
    act: name,
    by,
    inspection: inspection.id,
    ...(site === undefined ? {} : { site: site.site.id }),
    ...rest,
  };
}
