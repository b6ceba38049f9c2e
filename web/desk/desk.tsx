/**
 * What a page knows: one node's facts, its record at the moment shown, and the acts it may ask of that node. Pages read `useDesk()` and
 * nothing else, so that the same page stands on a desk of its own and in a half of Start.
 */
import { createContext, useCallback, useContext, useMemo, useSyncExternalStore, type ReactNode } from "react";
import type { Instant, PartyId } from "@countersign/core/bytes/fields.ts";
import type { Opening, Seal } from "@countersign/core/declare/commitment.ts";
import type { Result } from "@countersign/core/refusal.ts";
import { call } from "@countersign/wire/client.ts";
import { demonstrationEndpoints } from "@countersign/wire/demonstration.ts";
import {
  endpoints,
  type DraftNote,
  type NodeFacts,
  type StatementAnswer,
  type StatementRequest,
} from "@countersign/wire/endpoints.ts";
import { StatementSender } from "@countersign/wire/statement-sender.ts";
import { somethingChanged } from "./changes.ts";
import { circleAt, currentAndBefore, type Circle } from "./circle.ts";
import { readerOf, type NodeReading } from "./reading.ts";
import { useLanguage, type Language } from "../parts/language.tsx";

/** `site` stands under the map, `inspection` under the inspections; the others are in the bar. */
export type PageName =
  | "overview"
  | "exchange"
  | "text"
  | "map"
  | "site"
  | "inspections"
  | "inspection"
  | "record"
  | "assurance";

/** What of a page is shown; all of it is in the address. */
export interface PageParams {
  /** Site id, for `site` and `assurance`. */
  readonly site?: string;
  /** Statement id of the intent, for `inspection`. */
  readonly inspection?: string;
  /** Log and entry number, for `record`. */
  readonly log?: PartyId;
  readonly index?: number;
  /** Of a log in several versions, the number of one that has the entry (`core/channel/parted.ts`). */
  readonly version?: number;
  /** The first eight digits of a channel, where the node has several. */
  readonly circle?: string;
  /** A provision of the exchange or the text. */
  readonly provision?: string;
}

export interface Place {
  readonly page: PageName;
  readonly params: PageParams;
}

export interface Desk {
  /** "" for a node of its own, `/nodes/aurelia` in the demonstration. */
  readonly base: string;
  readonly facts: NodeFacts;
  /** The party whose desk this is; undefined for an observer. */
  readonly own: PartyId | undefined;
  readonly role: "party" | "observer";
  readonly language: Language;
  /** The node's clock. */
  readonly now: Instant;
  /** The slider moved back; undefined is now. */
  readonly moment: Instant | undefined;
  readonly setMoment: (moment: Instant | undefined) => void;
  /** One for each channel of the node, in the node's order, but those that another one goes on from. */
  readonly circles: readonly Circle[];
  /** What circles go on from, to be read in the record alone: as the node holds it, or as the bundle has it that was continued. */
  readonly before: readonly Circle[];
  /** False at an earlier moment, for an observer and for a reader. */
  readonly canAct: boolean;
  readonly say: (channel: string, request: StatementRequest) => Promise<Result<StatementAnswer>>;
  /** Seals a value, or 32 bytes of the node's own chance where none is given; the node keeps value and nonce. */
  readonly seal: (channel: string, value?: string) => Promise<Result<Seal>>;
  readonly unseal: (channel: string, commitment: string) => Promise<Result<Opening>>;
  readonly saveDraft: (channel: string, draft: Omit<DraftNote, "saved">) => Promise<Result<DraftNote>>;
  readonly dropDraft: (channel: string, id: string) => Promise<Result<{ dropped: boolean }>>;
  readonly place: Place;
  /** True where the page stands in a half of Start. */
  readonly narrow: boolean;
  /** True on Start, where one line of time stands above all pages. */
  readonly timeIsAbove: boolean;
  readonly goTo: (page: PageName, params?: PageParams) => void;
  readonly hrefOf: (page: PageName, params?: PageParams) => string;
}

const DeskContext = createContext<Desk | undefined>(undefined);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (desk === undefined) throw new Error("a page stands on a desk");
  return desk;
}

/** The circle that the address names, else the first one; undefined while a node has no channel. */
export function useCircle(): Circle | undefined {
  const { circles, place } = useDesk();
  const { circle } = place.params;
  return circles.find(({ channel }) => circle !== undefined && channel.startsWith(circle)) ?? circles[0];
}

export interface DeskSetting {
  readonly base: string;
  readonly place: Place;
  readonly narrow: boolean;
  readonly timeIsAbove: boolean;
  readonly moment: Instant | undefined;
  readonly setMoment: (moment: Instant | undefined) => void;
  readonly goTo: (page: PageName, params?: PageParams) => void;
  readonly hrefOf: (page: PageName, params?: PageParams) => string;
}

/** `polling`: without an event stream of its own, for a line about a node that the page is not about. */
export function useNodeReading(base: string, how: "following" | "polling" = "following"): NodeReading {
  const reader = readerOf(base);
  return useSyncExternalStore(how === "following" ? reader.subscribe : reader.subscribeByPolling, reader.reading);
}

/** Tells the demonstration's guide that something was read (its steps 1, 2, 10, 11 leave no statement). Elsewhere it does nothing. */
export function useLooked(): (step: 1 | 2 | 10 | 11) => void {
  const { facts, base } = useDesk();
  const inDemonstration = facts.demonstration && base !== "";
  return useCallback(
    (step) => {
      if (inDemonstration) void call(demonstrationEndpoints.looked, {}, { step }, { base: "" }).then(somethingChanged);
    },
    [inDemonstration],
  );
}

/** The desk of one node, as far as it was read; `facts` are there as soon as the node has answered once. */
export function useDeskOf(setting: DeskSetting): { readonly desk: Desk | undefined; readonly reading: NodeReading } {
  const { base, place, narrow, timeIsAbove, moment, setMoment, goTo, hrefOf } = setting;
  const reading = useNodeReading(base);
  const language = useLanguage();
  const acts = useActs(base);
  const { circles, before } = useMemo(
    () => currentAndBefore(reading.channels.map((channel) => circleAt(channel, moment))),
    [reading.channels, moment],
  );
  const { facts, complete } = reading;
  const desk = useMemo((): Desk | undefined => {
    if (facts === undefined || !complete) return undefined;
    const own = facts.role === "party" ? facts.id : undefined;
    // Nobody writes in the name of a real government: a reconstruction is for reading.
    const reader =
      own === undefined ||
      circles.every(({ charter }) => charter.nature === "reconstruction") ||
      circles.every(({ charter }) =>
        ["author", "compiler"].includes(charter.parties.find(({ id }) => id === own)?.role ?? ""),
      );
    const canAct = !reader && moment === undefined;
    return {
      ...acts,
      base,
      place,
      narrow,
      timeIsAbove,
      moment,
      setMoment,
      goTo,
      hrefOf,
      facts,
      own,
      role: facts.role,
      language,
      now: facts.clock,
      circles,
      before,
      canAct,
    };
  }, [facts, complete, circles, before, language, acts, base, place, narrow, timeIsAbove, moment, setMoment, goTo, hrefOf]);
  return { desk, reading };
}

const senders = new Map<string, StatementSender>();

/** One for each node, so that what was not answered is known again on any page. */
function senderOf(base: string): StatementSender {
  const sender = senders.get(base) ?? new StatementSender({ base });
  senders.set(base, sender);
  return sender;
}

export function DeskProvider({ desk, children }: { readonly desk: Desk; readonly children: ReactNode }) {
  return <DeskContext value={desk}>{children}</DeskContext>;
}

function useActs(base: string): Pick<Desk, "say" | "seal" | "unseal" | "saveDraft" | "dropDraft"> {
  const reader = readerOf(base);
  const thenRead = useCallback(
    async <Value,>(answer: Promise<Result<Value>>): Promise<Result<Value>> => {
      const result = await answer;
      if (result.ok) {
        await reader.refresh();
        somethingChanged();
      }
      return result;
    },
    [reader],
  );
  return useMemo(
    () => ({
      say: (channel, request) => thenRead(senderOf(base).say(channel, request)),
      seal: (channel, value) => call(endpoints.seal, { channel }, value === undefined ? {} : { value }, { base }),
      unseal: (channel, commitment) => call(endpoints.unseal, { channel }, { commitment }, { base }),
      saveDraft: (channel, draft) => thenRead(call(endpoints.saveDraft, { channel }, draft, { base })),
      dropDraft: (channel, id) => thenRead(call(endpoints.dropDraft, { channel }, { id }, { base })),
    }),
    [base, thenRead],
  );
}
