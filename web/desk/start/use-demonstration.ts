/** The demonstration behind the Start page: its state, kept up, and what may be asked of it. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { z } from "zod";
import type { Refusal, Result } from "@countersign/core/refusal.ts";
import { call } from "@countersign/wire/client.ts";
import { demonstrationEndpoints, type DemonstrationState } from "@countersign/wire/demonstration.ts";
import { listen, somethingChanged } from "../changes.ts";

type ActEndpoint = "choose" | "skip" | "answer" | "cheat" | "looked" | "restart";

export interface DemonstrationDesk {
  readonly state: DemonstrationState;
  /** Why the last act was not done. */
  readonly refused: Refusal | undefined;
  /** While an act is under way. */
  readonly working: boolean;
  readonly act: <Name extends ActEndpoint>(
    name: Name,
    input: z.input<(typeof demonstrationEndpoints)[Name]["input"]>,
  ) => Promise<void>;
}

export function useDemonstration(opening: DemonstrationState): DemonstrationDesk {
  const [state, setState] = useState(opening);
  const [refused, setRefused] = useState<Refusal>();
  const [working, setWorking] = useState(false);
  const newest = useRef(0);

  const refresh = useCallback(async () => {
    newest.current += 1;
    const number = newest.current;
    const answer = await call(demonstrationEndpoints.state, {}, undefined, { base: "" });
    // A slower, older answer must not bring an older state back.
    if (answer.ok && number === newest.current)
      setState((before) => (JSON.stringify(before) === JSON.stringify(answer.value) ? before : answer.value));
  }, []);
  useEffect(() => listen("", () => void refresh(), "/demo/events"), [refresh]);

  const act = useCallback<DemonstrationDesk["act"]>(async (name, input) => {
    setWorking(true);
    setRefused(undefined);
    const answer = (await call(demonstrationEndpoints[name], {}, input as never, {
      base: "",
    })) as Result<DemonstrationState>;
    newest.current += 1;
    setWorking(false);
    if (answer.ok) setState(answer.value);
    else setRefused(answer.refusal);
    somethingChanged();
  }, []);

  return { state, refused, working, act };
}
