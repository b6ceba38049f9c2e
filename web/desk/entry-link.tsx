/** A link to a statement's entry in the record. Of a log in several versions it says in which of them the statement stands. */
import type { ReactNode } from "react";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { versionNumbers } from "@countersign/core/channel/parted.ts";
import { partsMessages } from "../messages/parts.ts";
import { DeskLink } from "../parts/button.tsx";
import { useWords } from "../parts/language.tsx";
import type { Circle } from "./circle.ts";
import { useDesk, type PageParams } from "./desk.tsx";
import styles from "../parts/parts.module.css";

/** Where a statement stands, as in `Statement`. */
export interface EntryPlace {
  readonly author: PartyId;
  readonly index: number;
  readonly branch?: number;
  /** Where it stands in the record of an earlier channel. */
  readonly earlier?: { readonly channel: string };
}

/** The Record page at this entry; in its address a version has the number that it has at every desk. */
export function entryParams({ channel, parted }: Pick<Circle, "channel" | "parted">, { author, index, branch }: EntryPlace): PageParams {
  const [version] = versionNumbers(parted, author, index, branch);
  return { log: author, index, circle: channel.slice(0, 8), ...(version === undefined ? {} : { version }) };
}

interface EntryLinkProps {
  readonly channel: string;
  readonly place: EntryPlace;
  readonly look?: "link" | "bare";
  readonly className?: string | undefined;
  /** Where a `StatementTitle` inside says it. */
  readonly marked?: boolean;
  readonly children: ReactNode;
}

export function EntryLink({ channel, place, look = "link", className, marked = false, children }: EntryLinkProps) {
  const wanted = place.earlier?.channel ?? channel;
  const circle = useCircleOf(wanted);
  // An earlier channel whose record this node does not hold has no page here.
  if (circle === undefined) return <span className={className}>{children}</span>;
  const params = entryParams(circle, place);
  return (
    <DeskLink page="record" params={params} look={look} className={className}>
      {children}
      {marked ? null : <VersionMark channel={wanted} place={place} />}
    </DeskLink>
  );
}

/** Nothing where the log is in one version, or the entry in all of them. */
export function VersionMark({ channel, place: { author, index, branch, earlier } }: { readonly channel: string; readonly place: EntryPlace }) {
  const say = useWords(partsMessages);
  const parted = useCircleOf(earlier?.channel ?? channel)?.parted ?? [];
  const numbers = versionNumbers(parted, author, index, branch);
  if (numbers.length === 0) return null;
  const all = parted.find(({ party }) => party === author)?.versions.length ?? numbers.length;
  return (
    <span className={styles["version"]} data-version={numbers.join(" ")}>
      {say("versionMark", { count: numbers.length, numbers: numbers.join(", "), all })}
    </span>
  );
}

function useCircleOf(channel: string): Circle | undefined {
  const { circles, before } = useDesk();
  return [...circles, ...before].find((circle) => circle.channel === channel);
}
