/** Runs the checks in this browser and keeps their outcomes while the page stands and the moment shown does not change. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { Instant, PartyId } from "@countersign/core/bytes/fields.ts";
import { browserVerify } from "../browser-verifier.ts";
import type { ChannelReading } from "../circle.ts";
import { checkEntry, type CheckedHead, type EntryChecks } from "./checks.ts";
import { checkAllHeads, evidenceOf, leafAt } from "./evidence.ts";
import type { Row } from "./rows.ts";

export interface Checked {
  readonly checks: EntryChecks;
  readonly at: Instant;
  /** The bytes that were checked; other bytes at the same place are not checked by it. */
  readonly leaf: Uint8Array;
}

export interface CheckRun {
  /** The outcome for a row, if its present bytes were checked here. */
  readonly of: (row: Row) => Checked | undefined;
  readonly isRunning: (row: Row) => boolean;
  readonly progress: { readonly done: number; readonly all: number; readonly stopped: boolean } | undefined;
  readonly running: boolean;
  readonly check: (rows: readonly Row[]) => void;
  readonly stop: () => void;
}

const TOGETHER = 8;

/** `now` is the clock that "Checked here at" gives; `moment` is what the slider shows. */
export function useCheckRun(now: Instant, moment: Instant | undefined): CheckRun {
  const [results, setResults] = useState<ReadonlyMap<string, Checked>>(new Map());
  const [pending, setPending] = useState<ReadonlySet<string>>(new Set());
  const [progress, setProgress] = useState<CheckRun["progress"]>(undefined);
  const run = useRef(0);
  const clock = useRef(now);
  clock.current = now;

  useEffect(() => {
    run.current += 1;
    setResults(new Map());
    setPending(new Set());
    setProgress(undefined);
  }, [moment]);
  useEffect(() => () => void (run.current += 1), []);

  const check = useCallback((rows: readonly Row[]) => {
    run.current += 1;
    const own = run.current;
    void (async () => {
      setProgress({ done: 0, all: rows.length, stopped: false });
      for (let from = 0; from < rows.length; from += TOGETHER) {
        const part = rows.slice(from, from + TOGETHER);
        setPending(new Set(part.map(({ key }) => key)));
        // oxlint-disable-next-line no-await-in-loop -- part after part, so that it can be stopped and the page stays alive.
        const checked = await Promise.all(
          part.map(async (row) => [row.key, await checkRow(row, clock.current)] as const),
        );
        if (run.current !== own) return;
        setResults(
          (before) =>
            new Map([
              ...before,
              ...checked.flatMap(([key, result]) => (result === undefined ? [] : [[key, result] as const])),
            ]),
        );
        setProgress({
          done: Math.min(from + TOGETHER, rows.length),
          all: rows.length,
          stopped: false,
        });
      }
      setPending(new Set());
    })();
  }, []);

  const stop = useCallback(() => {
    run.current += 1;
    setPending(new Set());
    setProgress((before) => (before === undefined ? undefined : { ...before, stopped: true }));
  }, []);

  const of = (row: Row) => {
    const result = results.get(row.key);
    return result !== undefined && leafAt(row.circle, row) === result.leaf ? result : undefined;
  };
  return {
    of,
    isRunning: (row) => pending.has(row.key),
    progress,
    running: pending.size > 0,
    check,
    stop,
  };
}

/**
 * Another head of this log was proven or heard of, and this entry is not known to lie before the first that differs. A node that does
 * not answer, say, contradicts nothing.
 */
function isContradicted({ circle, author, index }: Row): boolean {
  const parted = circle.parted.find(({ party }) => party === author);
  return circle.observations.some(
    ({ code, log, entry }) => (code === "fork" || code === "other-answer") && log === author && index >= (parted?.from ?? entry ?? 0),
  );
}

async function checkRow(row: Row, at: Instant): Promise<Checked | undefined> {
  const evidence = evidenceOf(row.circle, row.circle.state, row, row.statement);
  if (evidence === undefined) return undefined;
  const { charter, channel } = row.circle;
  const checks = await checkEntry(
    charter,
    channel,
    evidence,
    await headsOf(row.circle),
    isContradicted(row),
    browserVerify,
  );
  return { checks, at, leaf: evidence.entry.leaf };
}

const openedHeads = new WeakMap<ReadonlyMap<PartyId, string>, Promise<ReadonlyMap<string, CheckedHead>>>();

/** A head's signatures are checked once for all entries under it. */
function headsOf(reading: ChannelReading): Promise<ReadonlyMap<string, CheckedHead>> {
  const { heads } = reading;
  const known = openedHeads.get(heads) ?? checkAllHeads(reading, browserVerify);
  openedHeads.set(heads, known);
  return known;
}
