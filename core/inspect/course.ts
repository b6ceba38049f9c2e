/** The course of one inspection from notice to departure, put together from its statements. Reports come on top (`inspections.ts`). */
import { jointDraw } from "../assure/draws.ts";
import type { PartyId, Words } from "../bytes/fields.ts";
import { channelOf, logOrder, type BodyOf, type Kind, type Statement, type Statements } from "../channel/kind.ts";
import { opens, type Seal } from "../declare/commitment.ts";
import { spacesOf, type DeclaredSite } from "../declare/sites.ts";
import type { AgreementInForce } from "../terms/in-force.ts";
import type { Obligation } from "../terms/terms.ts";
import { ambiguity } from "./ambiguity.ts";
import { ambiguityStatement } from "./ambiguity-statement.ts";
import { announcedBy, type Intent } from "./announced.ts";
import { arrival } from "./arrival.ts";
import { briefing } from "./briefing.ts";
import { departure } from "./departure.ts";
import { designatedSite, type Designation } from "./designated.ts";
import { designation } from "./designation.ts";
import { diagramCheck } from "./diagram-check.ts";
import { draw } from "./draw.ts";
import { drawOpen } from "./draw-open.ts";
import { freeze } from "./freeze.ts";
import { intent } from "./intent.ts";
import { measurement, type Measured } from "./measurement.ts";
import { objectSheet, type Sheet } from "./object-sheet.ts";
import { transport } from "./transport.ts";

/** The kinds that belong to one inspection by its id, in the order of its steps. */
export const INSPECTION_KINDS: readonly Kind<never>[] = [
  arrival,
  designation,
  freeze,
  transport,
  briefing,
  diagramCheck,
  draw,
  drawOpen,
  objectSheet,
  measurement,
  ambiguity,
  departure,
] as unknown as readonly Kind<never>[];

export interface SealedChoice extends Seal {
  readonly opened: "not-yet" | "matches" | "differs";
}

export interface Draw {
  /** Every cell of the site, frozen before the seeds were sealed. */
  readonly list: readonly string[];
  readonly count: number;
  readonly seals: readonly Statement<BodyOf<typeof draw>>[];
  readonly openings: readonly Statement<BodyOf<typeof drawOpen>>[];
  /** In the order drawn; there once both seeds are opened. */
  readonly cells?: readonly string[];
}

/** A space's newest sheet; `statement` is the id of the object sheet it stands in. */
export interface SheetRow extends Sheet {
  readonly statement: string;
}

export interface MeasuredRow extends Measured {
  readonly statement: string;
}

export interface Question {
  readonly id: string;
  readonly statement: Statement<BodyOf<typeof ambiguity>>;
  readonly by: PartyId;
  readonly space?: string;
  readonly question: Words;
  /** The asker's own first, then everyone's in record order. */
  readonly statements: readonly { readonly by: PartyId; readonly text: Words; readonly statement: string }[];
  /** The asker's last word on it. */
  readonly answered: boolean;
}

export interface Course {
  /** The notice's id. */
  readonly id: string;
  readonly intent: Intent;
  readonly agreement: AgreementInForce;
  readonly obligation: Obligation;
  readonly inspecting: PartyId;
  /** The owner of the site; before it is named, the party whose sites the notice can mean. */
  readonly inspected: PartyId;
  readonly seal: SealedChoice;
  readonly arrival?: Statement<BodyOf<typeof arrival>>;
  readonly designation?: Designation;
  /** As declared when it was named. */
  readonly site?: DeclaredSite;
  readonly host?: PartyId;
  readonly freeze?: Statement<BodyOf<typeof freeze>>;
  readonly transport?: Statement<BodyOf<typeof transport>>;
  readonly briefing?: Statement<BodyOf<typeof briefing>>;
  /** The newest count. */
  readonly diagramCheck?: Statement<BodyOf<typeof diagramCheck>>;
  readonly draw?: Draw;
  /** In the order of the diagram. */
  readonly sheets: readonly SheetRow[];
  /** In the order of the diagram, then of the record. */
  readonly measurements: readonly MeasuredRow[];
  readonly ambiguities: readonly Question[];
  readonly departure?: Statement<BodyOf<typeof departure>>;
}

/** `undefined` if the id is no notice of inspection that applies. */
export function courseOf(state: Statements, id: string): Course | undefined {
  const notice = state.get(id);
  if (notice?.kind !== intent.name) return undefined;
  const announced = announcedBy(state, notice as Intent);
  if (announced === undefined) return undefined;
  const named = state.about(designation, id)[0];
  const declared = named === undefined ? undefined : designatedSite(state, named);
  const drawn = drawOf(state, id);
  return {
    id,
    intent: announced.intent,
    agreement: announced.agreement,
    obligation: announced.obligation,
    inspecting: announced.intent.author,
    inspected: declared?.owner ?? announced.inspectable[0] ?? announced.intent.author,
    seal: { ...announced.intent.body.choice, opened: openedBy(state, announced.intent, named) },
    ...present("arrival", state.about(arrival, id)[0]),
    ...present("designation", named),
    ...present("site", declared),
    ...present("host", declared?.site.host),
    ...present("freeze", state.about(freeze, id)[0]),
    ...present("transport", state.about(transport, id)[0]),
    ...present("briefing", state.about(briefing, id)[0]),
    ...present("diagramCheck", state.about(diagramCheck, id).at(-1)),
    ...present("draw", drawn),
    sheets: sheetRows(state, id, declared),
    measurements: measuredRows(state, id, declared),
    ambiguities: state.about(ambiguity, id).map((asked) => questionOf(state, asked)),
    ...present("departure", state.about(departure, id)[0]),
  };
}

function present<Name extends string, Value>(name: Name, value: Value | undefined): { readonly [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [Key in Name]?: Value });
}

function openedBy(state: Statements, notice: Intent, named: Designation | undefined): SealedChoice["opened"] {
  if (named === undefined) return "not-yet";
  return opens(channelOf(notice, state), notice.author, notice.body.choice, { value: named.body.site, nonce: named.body.nonce })
    ? "matches"
    : "differs";
}

/** Each side's first seed counts, and of its openings the first of that seed which saw the other's seal: nobody chooses among several. */
function drawOf(state: Statements, id: string): Draw | undefined {
  const seals = firstOfEach(state.about(draw, id));
  const [first, second] = seals;
  if (first === undefined) return undefined;
  const bothSealed = (opening: Statement) => seals.every((sealed) => state.saw(opening, sealed));
  const openings =
    second === undefined
      ? []
      : firstOfEach(
          state
            .about(drawOpen, id)
            .filter((opening) => seals.some((sealed) => sealed.id === opening.body.draw) && bothSealed(opening)),
        );
  const { list, count } = first.body;
  if (openings.length !== 2) return { list, count, seals, openings };
  const values = openings.map(({ author, body }) => ({ party: author, value: body.value }));
  return { list, count, seals, openings, cells: jointDraw(list, count, values, { inspection: id }) };
}

/** Each author's first, in the order of the party ids. */
function firstOfEach<Body>(statements: readonly Statement<Body>[]): readonly Statement<Body>[] {
  const first = statements.filter(
    ({ author }, position) => statements.findIndex((other) => other.author === author) === position,
  );
  return first.toSorted((a, b) => (a.author < b.author ? -1 : 1));
}

function sheetRows(state: Statements, id: string, declared: DeclaredSite | undefined): readonly SheetRow[] {
  const newest = new Map<string, { readonly row: SheetRow; readonly said: Statement }>();
  for (const said of state.about(objectSheet, id))
    for (const one of said.body.sheets) {
      const before = newest.get(one.space)?.said;
      if (before === undefined || logOrder(said, before) > 0) newest.set(one.space, { row: { ...one, statement: said.id }, said });
    }
  return declared === undefined ? [] : spacesOf(declared.site).flatMap((space) => newest.get(space.id)?.row ?? []);
}

function measuredRows(state: Statements, id: string, declared: DeclaredSite | undefined): readonly MeasuredRow[] {
  const bySpace = new Map<string, MeasuredRow[]>();
  for (const { id: statement, body } of state.about(measurement, id))
    for (const one of body.measured) {
      const rows = bySpace.get(one.space) ?? [];
      rows.push({ ...one, statement });
      bySpace.set(one.space, rows);
    }
  return declared === undefined ? [] : spacesOf(declared.site).flatMap((space) => bySpace.get(space.id) ?? []);
}

function questionOf(state: Statements, asked: Statement<BodyOf<typeof ambiguity>>): Question {
  const answers = state.about(ambiguityStatement, asked.id);
  const own = answers.filter(({ author }) => author === asked.author);
  const last = own.reduce<(typeof own)[number] | undefined>(
    (newest, next) => (newest === undefined || logOrder(next, newest) > 0 ? next : newest),
    undefined,
  );
  const { space, question, statement } = asked.body;
  return {
    id: asked.id,
    statement: asked,
    by: asked.author,
    ...(space === undefined ? {} : { space }),
    question,
    statements: [
      { by: asked.author, text: statement, statement: asked.id },
      ...answers.map(({ id, author, body }) => ({ by: author, text: body.statement, statement: id })),
    ],
    answered: last?.body.answered ?? false,
  };
}
