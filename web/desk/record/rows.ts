/** The rows of the Record page: every entry of every circle, those that apply and those that do not, newest first. */
import type { Instant, PartyId } from "@countersign/core/bytes/fields.ts";
import { doubtful, type Doubtful } from "@countersign/core/channel/doubtful.ts";
import { versionNumbers } from "@countersign/core/channel/parted.ts";
import type { HeldEntry } from "@countersign/core/channel/record.ts";
import type { Inert, State } from "@countersign/core/channel/fold.ts";
import type { Statement } from "@countersign/core/channel/kind.ts";
import { receive } from "@countersign/core/channel/receive.ts";
import type { Circle } from "../circle.ts";

export interface Row {
  /** Unique among all circles of the desk. */
  readonly key: string;
  readonly circle: Circle;
  readonly author: PartyId;
  readonly index: number;
  /** As in `Statement`. */
  readonly branch?: number;
  /** Numbers of the versions of a log in several that it stands in; empty where it stands in all. */
  readonly versions: readonly number[];
  /** The record's time, or for an entry without effect the time its author gave. */
  readonly time: Instant | undefined;
  readonly kind: string;
  /** Absent for an entry without effect. */
  readonly statement?: Statement;
  readonly inert?: Inert;
  /** Its author has revoked the key that signed it. */
  readonly doubtful?: Doubtful;
}

export interface Filter {
  readonly author: PartyId | "all";
  readonly kind: string;
  readonly circle: string;
  /** Entry number or the beginning of a statement id. */
  readonly search: string;
  /** Receipts that nodes write by themselves. */
  readonly receipts: boolean;
}

export const NO_FILTER: Filter = {
  author: "all",
  kind: "all",
  circle: "all",
  search: "",
  receipts: false,
};

export function rowsOf(circles: readonly Circle[]): readonly Row[] {
  const rows = circles.flatMap((circle) => {
    const doubts = new Map(doubtful(circle.state).map((doubt) => [doubt.id, doubt]));
    return [
      ...ownStatements(circle.state).map((statement) => appliedRow(circle, statement, doubts.get(statement.id))),
      ...circle.state.inert.map((inert) => inertRow(circle, inert)),
    ];
  });
  // A stable sort: statements of one time stay in the order in which the fold puts them.
  return rows
    .toSorted((a, b) => ((a.time ?? "") < (b.time ?? "") ? -1 : (a.time ?? "") > (b.time ?? "") ? 1 : 0))
    .toReversed();
}

/** Those in the logs of the channel itself; what it took over has its rows in the channel before. */
export function ownStatements({ all }: State): readonly Statement[] {
  return all.filter(({ earlier }) => earlier === undefined);
}

function rowKey(channel: string, author: PartyId, index: number, branch = 0): string {
  return `${channel} ${author} ${index}${branch === 0 ? "" : ` ${branch}`}`;
}

export function filterRows(rows: readonly Row[], filter: Filter): readonly Row[] {
  const search = filter.search.replaceAll(/\s/g, "").toLowerCase();
  return rows.filter(
    (row) =>
      (filter.author === "all" || row.author === filter.author) &&
      (filter.kind === "all"
        ? filter.receipts || search !== "" || row.kind !== receive.name
        : row.kind === filter.kind) &&
      (filter.circle === "all" || row.circle.channel === filter.circle) &&
      (search === "" || isFound(row, search)),
  );
}

function isFound(row: Row, search: string): boolean {
  if (/^\d{1,9}$/.test(search) && row.index === Number(search)) return true;
  return search.length >= 3 && (row.statement?.id.startsWith(search) === true || row.author.startsWith(search));
}

function appliedRow(circle: Circle, statement: Statement, doubt: Doubtful | undefined): Row {
  const { author, index, branch, time, kind } = statement;
  return {
    key: rowKey(circle.channel, author, index, branch),
    circle,
    author,
    index,
    ...(branch === undefined ? {} : { branch }),
    versions: versionNumbers(circle.parted, author, index, branch),
    time,
    kind,
    statement,
    ...(doubt === undefined ? {} : { doubtful: doubt }),
  };
}

function inertRow(circle: Circle, inert: Inert): Row {
  const { author, index, branch } = inert;
  const payload = heldAt(circle, inert)?.statement?.payload;
  return {
    key: rowKey(circle.channel, author, index, branch),
    circle,
    author,
    index,
    ...(branch === undefined ? {} : { branch }),
    versions: versionNumbers(circle.parted, author, index, branch),
    time: payload?.at,
    kind: payload?.kind ?? "unreadable",
    inert,
  };
}

function heldAt({ record }: Circle, { author, index, branch = 0 }: Inert): HeldEntry | undefined {
  const log = record.logs.get(author);
  const further = branch === 0 ? undefined : log?.branches?.[branch - 1];
  return further === undefined || index < further.from ? log?.entries[index] : further.entries[index - further.from];
}
