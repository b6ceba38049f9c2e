/** Bytes of a node: body files, proofs, heads. JSON is asked for by `wire/client.ts`. */
import { boundedBytes } from "@countersign/wire/client.ts";

/** The largest body file that a charter may allow. */
const FILE_LIMIT = 64 * 1024 * 1024;

/** `path` is one of `bytePaths`, its `:names` filled from `values`. `undefined` if the node has no such bytes or does not answer. */
export async function askBytes(
  base: string,
  path: string,
  values: Readonly<Record<string, string>>,
): Promise<Uint8Array | undefined> {
  try {
    const response = await fetch(base + fillPath(path, values));
    return response.ok ? await boundedBytes(response, FILE_LIMIT) : undefined;
  } catch {
    return undefined;
  }
}

/** For links to bytes, e.g. a proof file to save. */
export function fillPath(path: string, values: Readonly<Record<string, string>>): string {
  return path.replaceAll(/:([a-z0-9]+)/gi, (_, name: string) => encodeURIComponent(values[name] ?? ""));
}
