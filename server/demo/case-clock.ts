/** The case clock that all nodes of a demonstration share. It moves only when told to, never backwards, and is recorded on disk. */
import { readFile } from "node:fs/promises";
import { addSeconds, parseInstant } from "@countersign/core/bytes/instant.ts";
import { instant, type Instant } from "@countersign/core/bytes/fields.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { writeDurably } from "./write-durably.ts";

export interface CaseClock {
  now(): Instant;
  /** Moves on to that moment; an earlier one changes nothing. */
  moveTo(moment: Instant): Promise<void>;
  moveBy(seconds: number): Promise<void>;
}

/** Reads the recorded moment of a case, or begins at `start`. */
export async function openCaseClock(file: string, start: Instant): Promise<Result<CaseClock>> {
  let moment = start;
  try {
    const recorded = (await readFile(file, "utf8")).trim();
    if (!instant.safeParse(recorded).success || parseInstant(recorded) === undefined) return refuse("case-clock-malformed", `The recorded case clock does not read. Delete ${file} to begin at ${start}.`, file);
    moment = recorded;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  let writing = Promise.resolve();
  const moveTo = async (next: Instant): Promise<void> => {
    if (next <= moment) return;
    moment = next;
    writing = writing.then(() => writeDurably(file, `${moment}\n`));
    await writing;
  };
  return accept({ now: () => moment, moveTo, moveBy: (seconds) => moveTo(addSeconds(moment, seconds)) });
}
