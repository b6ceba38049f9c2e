/** A bundle fetched from an address into a file that nobody else reads, and taken away after it was looked at. */
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";

/** 16 GiB: what an address may put on this machine's disk. A larger bundle is fetched by other means, and named as a file. */
const FETCH_LIMIT = 16 * 1024 ** 3;
/** A server that is silent for so long is left. */
const SILENCE_MILLISECONDS = 60_000;

export interface FetchedBundle {
  readonly path: string;
  remove(): Promise<void>;
}

export function isAddress(text: string): boolean {
  return /^https?:\/\//.test(text);
}

/** Follows no redirection: the address that is asked is the one that was named. `progress` is told the bytes so far. */
export async function fetchBundle(
  address: string,
  ended: AbortSignal,
  progress: (bytes: number) => void,
  limit = FETCH_LIMIT,
): Promise<Result<FetchedBundle>> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-fetched-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  const path = join(folder, "bundle");
  const fetched = await fetchInto(path, address, ended, progress, limit).catch((error: unknown) =>
    refuse("address-unanswered", `${address} gave no whole bundle: ${reason(error)}. Try again, or fetch the file by other means and name it.`),
  );
  if (fetched.ok) return accept({ path, remove });
  await remove();
  return fetched;
}

async function fetchInto(path: string, address: string, ended: AbortSignal, progress: (bytes: number) => void, limit: number): Promise<Result<void>> {
  const silent = new AbortController();
  const wait = setTimeout(() => silent.abort(new Error(`nothing came for ${SILENCE_MILLISECONDS / 1000} seconds`)), SILENCE_MILLISECONDS);
  const file = await open(path, "wx", 0o600);
  try {
    const answer = await fetch(address, { redirect: "manual", signal: AbortSignal.any([ended, silent.signal]) });
    if (answer.status !== 200 || answer.body === null) {
      await answer.body?.cancel();
      if (answer.status === 401 || answer.status === 403) return refuse("address-closed", `${address} gives nothing to this command: it answers with ${answer.status}. Fetch the bundle by other means and name the file.`);
      const elsewhere = answer.headers.get("location");
      return refuse("address-refused", `${address} answers with ${answer.status}${elsewhere === null ? "" : ` and names ${elsewhere.slice(0, 200)}`}; a bundle comes with 200. Name the address of the bundle itself.`);
    }
    let bytes = 0;
    for await (const piece of answer.body) {
      wait.refresh();
      bytes += piece.length;
      if (bytes > limit) return refuse("address-too-large", `${address} gives more than ${limit} bytes. Fetch it by other means and name the file.`);
      await file.writeFile(piece);
      progress(bytes);
    }
    return accept(undefined);
  } finally {
    clearTimeout(wait);
    await file.close();
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
