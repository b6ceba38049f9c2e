/**
 * Where each party stands on each provision as of a day: rows in subjects, one cell for each party of a side, with hosts and States
 * concerned in lines under the row. The gaps are told apart and nothing is filled in.
 */
import type { Day, Instant, PartyId, Words } from "../bytes/fields.ts";
import type { State } from "../channel/fold.ts";
import type { BodyOf, Statement } from "../channel/kind.ts";
import { agenda } from "./agenda.ts";
import {
  dayOfStatement,
  isReconstruction,
  newestFirst,
  partiesOf,
  sidesOf,
  statementsOf,
  type Side,
} from "./circles.ts";
import { differingSources } from "./differing-sources.ts";
import { position, type PositionWord } from "./position.ts";
import { stateConcerned } from "./state-concerned.ts";

export interface PositionEntry {
  readonly channel: string;
  readonly statement: Statement<BodyOf<typeof position>>;
  readonly on: Day;
}

export interface Column {
  readonly party: PartyId;
  readonly name: Words;
  readonly side: Side;
}

export interface Cell {
  readonly party: PartyId;
  /** The newest position's; without one what the agenda lets us say. */
  readonly word: PositionWord;
  /** The positions of the newest day: several where two papers of one day speak of it. */
  readonly current: readonly PositionEntry[];
  /** Newest first; empty where the word only tells of a gap. */
  readonly history: readonly PositionEntry[];
}

/** A party of no side on a provision: a host with its conditions, or a State that signs beside the sides. */
export interface PartyLine {
  readonly party: PartyId;
  readonly name: Words;
  readonly role: "party" | "host" | "author";
  readonly history: readonly PositionEntry[];
}

export interface StateLine {
  readonly id: string;
  readonly state: PartyId;
  readonly name: Words;
  readonly note: Words;
  readonly confirmed: boolean;
}

export interface Row {
  readonly provision: string;
  readonly number: number;
  readonly title: Words;
  readonly note: Words | undefined;
  /** One for each column, in its order. */
  readonly cells: readonly Cell[];
  readonly parties: readonly PartyLine[];
  readonly statesConcerned: readonly StateLine[];
  /** Parties of one side whose answers differ, or of whom one is outside the list, on a provision that the agenda marks for it. */
  readonly differsInside: readonly { readonly side: PartyId; readonly parties: readonly PartyId[] }[];
  readonly answersDiffer: boolean;
  /** Ids of the statements that give several values for something in it. */
  readonly differences: readonly string[];
}

export interface Subject {
  readonly id: string;
  readonly title: Words;
  readonly rows: readonly Row[];
}

export interface Grid {
  readonly columns: readonly Column[];
  readonly subjects: readonly Subject[];
}

type Provision = BodyOf<typeof agenda>["provisions"][number];

/**
 * `order` names the parties as the reader's page orders them (own first, or by alphabet); a side stands where its first party does,
 * and its parties stand together. Subjects stand in the order of the first agenda, rows by number.
 */
export function positionGrid(states: readonly State[], asOf: Instant, order: readonly PartyId[]): Grid {
  const columns = columnsOf(states, order);
  const histories = positionHistories(states, asOf);
  const agendas = statementsOf(states, agenda, asOf);
  const provisions = provisionsOf(agendas.map(({ statement }) => statement.body));
  const rowOf = rowMaker(states, asOf, columns, histories);
  const titles = new Map<string, Words>();
  for (const { statement } of agendas)
    for (const { id, title } of statement.body.subjects) if (!titles.has(id)) titles.set(id, title);
  return {
    columns,
    subjects: [...titles].flatMap(([id, title]) => {
      const rows = provisions
        .filter(({ subject }) => subject === id)
        .toSorted((a, b) => a.number - b.number)
        .map(rowOf);
      return rows.length === 0 ? [] : [{ id, title, rows }];
    }),
  };
}

/** Positions by provision and party, newest first. */
export function positionHistories(
  states: readonly State[],
  asOf: Instant,
): ReadonlyMap<string, ReadonlyMap<PartyId, readonly PositionEntry[]>> {
  const histories = new Map<string, Map<PartyId, PositionEntry[]>>();
  const entries = statementsOf(states, position, asOf).map(({ channel, statement }): PositionEntry => ({
    channel,
    statement,
    on: dayOfStatement(statement),
  }));
  for (const entry of entries.toSorted(newestFirst)) {
    const { body, author } = entry.statement;
    const byParty = histories.get(body.provision) ?? new Map<PartyId, PositionEntry[]>();
    const history = byParty.get(author) ?? [];
    history.push(entry);
    histories.set(body.provision, byParty.set(author, history));
  }
  return histories;
}

function columnsOf(states: readonly State[], order: readonly PartyId[]): readonly Column[] {
  const rank = (party: PartyId): number => (order.includes(party) ? order.indexOf(party) : order.length);
  const sides = sidesOf(states);
  const columns = partiesOf(states).flatMap(({ id, name, role, side }): Column[] => {
    const found = sides.find((candidate) => candidate.id === side);
    return found === undefined || role === "host" || role === "compiler" ? [] : [{ party: id, name, side: found }];
  });
  const sorted = columns.toSorted((a, b) => rank(a.party) - rank(b.party) || (a.party < b.party ? -1 : 1));
  return [...new Set(sorted.map(({ side }) => side.id))].flatMap((side) =>
    sorted.filter((column) => column.side.id === side),
  );
}

/** What several agendas say of one provision: its words from the first, those addressed from all. */
function provisionsOf(agendas: readonly BodyOf<typeof agenda>[]): readonly Provision[] {
  const provisions = new Map<string, Provision>();
  for (const provision of agendas.flatMap((body) => body.provisions)) {
    const known = provisions.get(provision.id);
    const merged =
      known === undefined
        ? provision
        : {
            ...known,
            addressedTo: [...new Set([...known.addressedTo, ...provision.addressedTo])],
            watchDifference: known.watchDifference || provision.watchDifference,
          };
    provisions.set(provision.id, merged);
  }
  return [...provisions.values()];
}

function rowMaker(
  states: readonly State[],
  asOf: Instant,
  columns: readonly Column[],
  histories: ReadonlyMap<string, ReadonlyMap<PartyId, readonly PositionEntry[]>>,
): (provision: Provision) => Row {
  const noAnswer: PositionWord = isReconstruction(states) ? "not-known" : "no-answer";
  const beside = partiesOf(states).filter(
    ({ id, role }) => role !== "compiler" && !columns.some(({ party }) => party === id),
  );
  const concerned = statementsOf(states, stateConcerned, asOf);
  const names = new Map(
    states.flatMap(({ charter }) => charter.statesConcerned.map(({ id, name }) => [id, name] as const)),
  );
  const differing = statementsOf(states, differingSources, asOf);
  return ({ id, number, title, note, addressedTo, watchDifference }) => {
    const byParty = histories.get(id);
    const cells = columns.map(({ party }): Cell => {
      const history = byParty?.get(party) ?? [];
      return {
        party,
        word: history[0]?.statement.body.word ?? (addressedTo.includes(party) ? noAnswer : "not-addressed"),
        current: history.filter(({ on }) => on === history[0]?.on),
        history,
      };
    });
    return {
      provision: id,
      number,
      title,
      note,
      cells,
      parties: beside.flatMap(({ id: party, name, role }): PartyLine[] => {
        const history = byParty?.get(party) ?? [];
        return history.length === 0 || role === "compiler" ? [] : [{ party, name, role, history }];
      }),
      statesConcerned: concerned
        .filter(({ statement }) => statement.body.provision === id)
        .map(({ statement: { id: statement, body } }) => ({
          id: statement,
          state: body.state,
          name: names.get(body.state) ?? { en: body.state },
          note: body.note,
          confirmed: body.confirmed,
        })),
      differsInside: watchDifference ? differencesInside(columns, cells) : [],
      answersDiffer: answersDiffer(columns, cells, addressedTo),
      differences: differing
        .filter(({ statement }) => statement.body.provision === id)
        .map(({ statement }) => statement.id),
    };
  };
}

function differencesInside(columns: readonly Column[], cells: readonly Cell[]): Row["differsInside"] {
  const sides = [...new Set(columns.map(({ side }) => side.id))];
  return sides.flatMap((side) => {
    const answers = cells.filter((cell, index) => columns[index]?.side.id === side && cell.history.length > 0);
    const differ = answers.some(({ word }) => word === "as-reported" || word !== answers[0]?.word);
    return answers.length > 1 && differ ? [{ side, parties: answers.map(({ party }) => party) }] : [];
  });
}

/**
 * False only where it is established that all who were addressed say the same: those of the agenda, and who spoke on their side. An
 * answer that is not known may be another one.
 */
function answersDiffer(columns: readonly Column[], cells: readonly Cell[], addressedTo: readonly PartyId[]): boolean {
  const sides = new Set(columns.filter(({ party }) => addressedTo.includes(party)).map(({ side }) => side.id));
  const answers = cells.filter(
    (cell, index) =>
      addressedTo.includes(cell.party) || (cell.history.length > 0 && sides.has(columns[index]?.side.id ?? "")),
  );
  const said = new Set(answers.map(sayingOf));
  return said.size > 1;
}

/** Two answers outside the list say the same only if their words do. */
function sayingOf({ word, history }: Cell): string {
  return word === "as-reported" ? JSON.stringify([word, history[0]?.statement.body.note ?? null]) : word;
}
