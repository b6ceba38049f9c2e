/** Files that an author attaches to a statement: for all parties, or encrypted by the own node for some of them. */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import type { StatementRequest } from "@countersign/wire/endpoints.ts";
import type { fileMessages } from "../../messages/files.ts";
import type { Say } from "../../parts/language.tsx";

export interface AttachedFile {
  readonly file: File;
  /** Beside the author; undefined: all parties. */
  readonly readers: readonly PartyId[] | undefined;
  /** A numbered copy for each reader; of plain text alone. */
  readonly copies: boolean;
}

/** What one request takes; the charter may allow less. */
export const MOST_BYTES = 9_000_000;
export const MOST_FILES = 16;

export function isPlainText({ file }: AttachedFile): boolean {
  return typeOf(file).startsWith("text/");
}

/** For the request; refuses a file without readers, and one that has gone from the machine since it was chosen. */
export async function filesForRequest(
  files: readonly AttachedFile[],
  say: Say<keyof (typeof fileMessages)["en"]>,
): Promise<Result<StatementRequest["files"]>> {
  const ready: StatementRequest["files"] = [];
  for (const one of files) {
    const { file, readers, copies } = one;
    if (readers?.length === 0) return refuse("file-no-reader", say("noReader", { name: file.name }));
    let bytes: ArrayBuffer;
    try {
      bytes = await file.arrayBuffer();
    } catch {
      return refuse("file-unread", say("unread", { name: file.name }));
    }
    ready.push({
      name: file.name.replaceAll(/[\p{Cc}/\\]/gu, "_").slice(0, 120),
      type: typeOf(file),
      data: toBase64(new Uint8Array(bytes)),
      ...(readers === undefined ? {} : { readers: [...readers] }),
      ...(readers !== undefined && copies && isPlainText(one) ? { copies: true } : {}),
    });
  }
  return accept(ready);
}

/** As the browser names it, where a statement can say that. */
function typeOf(file: File): string {
  const [type = ""] = file.type.split(";");
  return /^[a-z0-9.+-]+\/[a-z0-9.+-]+$/.test(type) ? type : "application/octet-stream";
}
