/**
 * The papers of an exchange as of a day, newest first: letters, drafts, contacts, publications and events, with what answers what
 * and what waits since when. One paper that went to several circles is one paper with several copies.
 */
import { dayOf } from "../bytes/instant.ts";
import type { Day, Instant, PartyId, Source, Words } from "../bytes/fields.ts";
import type { State } from "../channel/fold.ts";
import type { BodyOf, Statement } from "../channel/kind.ts";
import { publication } from "../channel/publication.ts";
import { draft } from "../text/draft.ts";
import { dayOfStatement, daysFrom, isReconstruction, newestFirst, statementsOf, type Placed } from "./circles.ts";
import { contact } from "./contact.ts";
import { differingSources } from "./differing-sources.ts";
import { event } from "./event.ts";
import { letter } from "./letter.ts";

interface Bodies {
  readonly letter: BodyOf<typeof letter>;
  readonly draft: BodyOf<typeof draft>;
  readonly contact: BodyOf<typeof contact>;
  readonly publication: BodyOf<typeof publication>;
  readonly event: BodyOf<typeof event>;
}
export type PaperKind = keyof Bodies;

/** The body as it was signed, for what only one kind has: accounts of a contact, articles of a draft, marked copies of a letter. */
export type PaperBody = {
  readonly [Name in PaperKind]: { readonly kind: Name; readonly body: Bodies[Name] };
}[PaperKind];

export interface Answer {
  readonly id: string;
  readonly by: PartyId;
  readonly on: Day;
  /** Calendar days from the paper to its answer. */
  readonly afterDays: number;
}

export interface Waiting {
  /** `waits-for-a-reply` only where the paper asks for one; otherwise no source tells of an answer. */
  readonly kind: "waits-for-a-reply" | "no-answer-known";
  readonly since: Day;
  /** Calendar days from the paper to the day shown. */
  readonly days: number;
}

export interface Paper {
  /** Of its first copy. */
  readonly id: string;
  /** The same paper in each circle that it went to. */
  readonly copies: readonly { readonly channel: string; readonly id: string }[];
  readonly content: PaperBody;
  /** The paper's own day. */
  readonly on: Day;
  /** The author's word on when the statement was made; in a reconstruction no hour is known. */
  readonly at: Instant;
  readonly author: PartyId;
  /** Whose paper it is, by mark: the author, those who account for a contact, the party that published; none for outsiders and events. */
  readonly marks: readonly PartyId[];
  readonly to: readonly PartyId[];
  readonly title: Words;
  readonly summary: Words | undefined;
  /** Ids of the papers that it answers. */
  readonly answers: readonly string[];
  readonly answeredBy: readonly Answer[];
  /** Only letters and drafts that no paper answers, in every circle that they went to. */
  readonly waiting: Waiting | undefined;
  /** When it became public, by publication. */
  readonly publicSince: readonly { readonly id: string; readonly on: Day }[];
  /** Ids of the statements that give several values for something in it. */
  readonly differences: readonly string[];
  /** Closes the exchange. */
  readonly final: boolean;
  readonly sources: readonly Source[];
  readonly confirmed: boolean;
  readonly unconfirmedPart: Words | undefined;
}

/** As of a moment of the record's time; the days of waiting are counted to its day. */
export function papers(states: readonly State[], asOf: Instant): readonly Paper[] {
  const groups = copiesTogether(sheetsOf(states, asOf));
  const paperOf = new Map(
    groups.flatMap((group) =>
      group.map(({ statement }) => [statement.id, group[0]?.statement.id ?? statement.id] as const),
    ),
  );
  const answering = Map.groupBy(
    groups.flat().flatMap((sheet) => answersOf(sheet).map((answered) => ({ answered, sheet }))),
    ({ answered }) => answered,
  );
  const replaced = new Set(statementsOf(states, draft, asOf).map(({ statement }) => statement.body.replaces));
  const published = Map.groupBy(
    statementsOf(states, publication, asOf).flatMap(({ statement }) =>
      statement.body.of.map((of) => ({ of, statement })),
    ),
    ({ of }) => of,
  );
  const differing = Map.groupBy(
    statementsOf(states, differingSources, asOf),
    ({ statement }) => statement.body.statement,
  );
  const reconstruction = isReconstruction(states);
  return groups.flatMap((group): Paper[] => {
    const [first] = group;
    if (first === undefined) return [];
    const ids = group.map(({ statement }) => statement.id);
    const answers = ids
      .flatMap((id) => answering.get(id) ?? [])
      .map(({ sheet }): Answer => ({
        id: paperOf.get(sheet.statement.id) ?? sheet.statement.id,
        by: sheet.statement.author,
        on: sheet.on,
        afterDays: daysFrom(first.on, sheet.on),
      }));
    const open = ids.some((id) => !replaced.has(id) && !answering.has(id));
    return [
      {
        id: first.statement.id,
        copies: group.map(({ channel, statement }) => ({ channel, id: statement.id })),
        content: first.content,
        on: first.on,
        at: first.statement.at,
        author: first.statement.author,
        marks: marksOf(first),
        to: [...new Set(group.flatMap(addressees))],
        title: first.content.body.title,
        summary: summaryOf(first.content),
        answers: [...new Set(group.flatMap(answersOf).map((id) => paperOf.get(id) ?? id))],
        answeredBy: onceEach(answers),
        waiting: open ? waitingOf(first, reconstruction, dayOf(asOf)) : undefined,
        publicSince: publicationsOf(
          ids.flatMap((id) => published.get(id) ?? []).map(({ statement }) => statement),
          paperOf,
        ),
        differences: ids.flatMap((id) => differing.get(id) ?? []).map(({ statement }) => statement.id),
        final: first.content.kind === "event" && first.content.body.final,
        sources: first.content.body.sources,
        confirmed: first.content.body.confirmed,
        unconfirmedPart: first.content.kind === "letter" ? first.content.body.unconfirmedPart : undefined,
      },
    ];
  });
}

/** A statement that is a paper, before its copies are put together. */
interface Sheet extends Placed<PaperBody["body"]> {
  readonly content: PaperBody;
  readonly on: Day;
}

function sheetsOf(states: readonly State[], asOf: Instant): readonly Sheet[] {
  const sheet = (placed: Placed<PaperBody["body"]>, content: PaperBody): Sheet => ({
    ...placed,
    content,
    on: dayOfStatement(placed.statement),
  });
  return [
    ...statementsOf(states, letter, asOf).map((placed) =>
      sheet(placed, { kind: "letter", body: placed.statement.body }),
    ),
    ...statementsOf(states, draft, asOf).map((placed) => sheet(placed, { kind: "draft", body: placed.statement.body })),
    ...statementsOf(states, contact, asOf).map((placed) =>
      sheet(placed, { kind: "contact", body: placed.statement.body }),
    ),
    ...statementsOf(states, publication, asOf).map((placed) =>
      sheet(placed, { kind: "publication", body: placed.statement.body }),
    ),
    ...statementsOf(states, event, asOf).map((placed) => sheet(placed, { kind: "event", body: placed.statement.body })),
  ].toSorted(newestFirst);
}

/** Copies: one author, one kind, one day and one title, each in another circle. */
function copiesTogether(sheets: readonly Sheet[]): readonly (readonly Sheet[])[] {
  const groups: Sheet[][] = [];
  const byKey = new Map<string, Sheet[][]>();
  for (const sheet of sheets) {
    const { title } = sheet.content.body;
    const key = JSON.stringify([sheet.content.kind, sheet.statement.author, sheet.on, title.en ?? "", title.ru ?? ""]);
    const alike = byKey.get(key) ?? [];
    const group = alike.find((candidate) => candidate.every(({ channel }) => channel !== sheet.channel));
    if (group !== undefined) {
      group.push(sheet);
      continue;
    }
    const made = [sheet];
    groups.push(made);
    byKey.set(key, [...alike, made]);
  }
  return groups;
}

function answersOf({ content }: Sheet): readonly string[] {
  return content.kind === "letter" || content.kind === "draft" ? content.body.answers : [];
}

function addressees({ content, statement }: Sheet): readonly PartyId[] {
  if (content.kind === "letter") return content.body.to;
  return content.kind === "draft" ? content.body.signatories.filter((id) => id !== statement.author) : [];
}

function marksOf({ content, statement }: Sheet): readonly PartyId[] {
  switch (content.kind) {
    case "letter":
    case "draft":
      return [statement.author];
    case "contact":
      return [...new Set(content.body.accounts.map(({ by }) => by))];
    case "publication":
      return "party" in content.body.by ? [content.body.by.party] : [];
    case "event":
      return [];
  }
}

function summaryOf(content: PaperBody): Words | undefined {
  switch (content.kind) {
    case "letter":
      return content.body.text;
    case "contact":
      return undefined;
    default:
      return content.body.summary;
  }
}

function waitingOf({ content, on }: Sheet, reconstruction: boolean, today: Day): Waiting | undefined {
  if (content.kind !== "letter" && content.kind !== "draft") return undefined;
  if (!content.body.asksReply && !reconstruction) return undefined;
  return {
    kind: content.body.asksReply ? "waits-for-a-reply" : "no-answer-known",
    since: on,
    days: daysFrom(on, today),
  };
}

/** A publication that stands in several circles counts once. */
function publicationsOf(
  published: readonly Statement<BodyOf<typeof publication>>[],
  paperOf: ReadonlyMap<string, string>,
): Paper["publicSince"] {
  const onById = new Map(published.map(({ id, body }) => [paperOf.get(id) ?? id, body.on]));
  return [...onById].map(([id, on]) => ({ id, on }));
}

/** An answer that went to several circles counts once; the earliest stands first. */
function onceEach(answers: readonly Answer[]): readonly Answer[] {
  return [...new Map(answers.map((answer) => [answer.id, answer])).values()].toSorted(
    (a, b) => a.afterDays - b.afterDays,
  );
}
