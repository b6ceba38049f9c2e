/** Reads JSON that lies on this machine's disk; `undefined` where it is damaged, since a file can be cut or changed under a node. */
import { decodeUtf8 } from "@countersign/core/bytes/utf8.ts";

export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decodeUtf8(bytes) ?? "");
  } catch {
    return undefined;
  }
}
