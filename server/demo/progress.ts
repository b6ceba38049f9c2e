/** How far the people at this demonstration have come: which case is shown and which pages of reading are done. The rest is in the record. */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { caseName } from "@countersign/wire/demonstration.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { writeDurably } from "./write-durably.ts";

const schema = z.strictObject({ case: caseName, begun: z.boolean(), read: z.array(z.int().min(1).max(12)).max(12) });
type Saved = z.infer<typeof schema>;

export interface Progress extends Readonly<Saved> {
  save(change: Partial<Saved>): Promise<void>;
}

export async function openProgress(file: string): Promise<Result<Progress>> {
  let saved: Saved = { case: "2022", begun: false, read: [] };
  try {
    const parsed = schema.safeParse(JSON.parse(await readFile(file, "utf8")));
    if (!parsed.success) return refuse("demo-progress-malformed", `${file} does not read. Delete it; the record is elsewhere and loses nothing.`, file);
    saved = parsed.data;
  } catch (error) {
    if (error instanceof SyntaxError) return refuse("demo-progress-malformed", `${file} does not read. Delete it; the record is elsewhere and loses nothing.`, file);
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  return accept({
    get case() {
      return saved.case;
    },
    get begun() {
      return saved.begun;
    },
    get read() {
      return saved.read;
    },
    save: async (change) => {
      saved = { ...saved, ...change };
      await writeDurably(file, `${JSON.stringify(saved)}\n`);
    },
  });
}
