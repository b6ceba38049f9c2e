/** Bytes of a node: body files, proofs, heads. JSON is asked for by `wire/client.ts`. */
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { boundedBytes, fillPath } from "@countersign/wire/client.ts";
import { problem } from "@countersign/wire/endpoints.ts";

/** The largest body file that a charter may allow. */
const FILE_LIMIT = 64 * 1024 * 1024;

/** `path` is one of `bytePaths`, its `:names` filled from `values`. `undefined` if the node has no such bytes or does not answer. */
export async function askBytes(
  base: string,
  path: string,
  values: Readonly<Record<string, string>>,
  limit = FILE_LIMIT,
): Promise<Uint8Array | undefined> {
  try {
    const response = await fetch(base + fillPath(path, values));
    return response.ok ? await boundedBytes(response, limit) : undefined;
  } catch {
    return undefined;
  }
}

/** The same with the node's own words where it gives none. */
export async function fetchBytes(
  base: string,
  path: string,
  values: Readonly<Record<string, string>>,
): Promise<Result<Uint8Array>> {
  try {
    const response = await fetch(base + fillPath(path, values), { cache: "no-store" });
    const bytes = await boundedBytes(response, FILE_LIMIT);
    if (response.ok && bytes !== undefined) return accept(bytes);
    const told = problem.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    return told.success
      ? refuse(told.data.code, told.data.sentence, told.data.where)
      : refuse("answer-malformed", `The node answered ${response.status} without saying why.`);
  } catch {
    return refuse("unreachable", "The node does not answer. See whether it runs, then try again.");
  }
}
