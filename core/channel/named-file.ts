/** Which signed statement a file belongs to, by its hash alone: what anyone who was handed a file, or found one, can look up offline (SPEC R6). */
import type { PartyId } from "../bytes/fields.ts";
import { isAttachment } from "./attachment.ts";
import type { HeldRecord } from "./record.ts";
import type { FileReference, HeldStatement } from "./statement.ts";

/**
 * What the bytes are to the statement: its body file; an attachment as it is kept; an attachment's opening, salt first, which proves what was
 * sent; or an attachment's content alone, which only its readers' nodes can recognise and which proves nothing to others.
 */
export type FileRole = "body-file" | "ciphertext" | "opening" | "content";

export interface NamedFile {
  readonly author: PartyId;
  readonly index: number;
  readonly statement: string;
  readonly kind: string;
  readonly file: FileReference;
  readonly as: FileRole;
}

/** A statement in its place, whether it has effect or not. */
export interface PlacedStatement {
  readonly author: PartyId;
  readonly index: number;
  readonly statement: HeldStatement;
}

/** Every statement of a record that reads and is well signed, in the order of the charter and of the logs; of further versions of a log after its first. */
export function statementsIn({ charter, logs }: HeldRecord): readonly PlacedStatement[] {
  return charter.parties.flatMap(({ id: author }) => {
    const { entries, branches = [] } = logs.get(author) ?? { entries: [] };
    return [{ from: 0, entries }, ...branches].flatMap((version) =>
      version.entries.flatMap(({ statement }, position) =>
        statement === undefined ? [] : [{ author, index: version.from + position, statement }],
      ),
    );
  });
}

/** Every file that these statements name. */
export function namedFiles(statements: readonly PlacedStatement[]): readonly Omit<NamedFile, "as">[] {
  return statements.flatMap(({ author, index, statement: { id, payload } }) =>
    payload.files.map((file) => ({ author, index, statement: id, kind: payload.kind, file })),
  );
}

/** Those whose bytes, or whose opening, have this hash. */
export function filesWithHash(statements: readonly PlacedStatement[], sha256: string): readonly NamedFile[] {
  return namedFiles(statements).flatMap((named): NamedFile[] => {
    const { file } = named;
    if (file.sha256 === sha256) return [{ ...named, as: isAttachment(file) ? "ciphertext" : "body-file" }];
    return isAttachment(file) && file.plain === sha256 ? [{ ...named, as: "opening" }] : [];
  });
}
