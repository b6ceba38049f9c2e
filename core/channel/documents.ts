/** Joint acts: a document and one `sign` per signer, in any order; *partly signed* until all have (SPEC R7). */
import type { z } from "zod";
import type { PartyId } from "../bytes/fields.ts";
import { parseCanonical } from "../bytes/canonical.ts";
import type { Statement, Statements, BodyOf } from "./kind.ts";
import { sign } from "./sign.ts";

export type Signature = Statement<BodyOf<typeof sign>>;

export interface JointAct {
  readonly document: string;
  readonly status: "unsigned" | "partly-signed" | "signed" | "refused";
  /** Each signer's first answer, in record order; a second one changes nothing. */
  readonly signatures: readonly Signature[];
  readonly missing: readonly PartyId[];
  /** The last signature that completed it. */
  readonly completedBy?: Signature;
}

export function jointAct(statements: Statements, document: string, signers: readonly PartyId[]): JointAct {
  const signatures: Signature[] = [];
  for (const statement of statements.about(sign, document))
    if (signers.includes(statement.author) && !signatures.some(({ author }) => author === statement.author)) signatures.push(statement);
  const missing = signers.filter((signer) => !signatures.some(({ author }) => author === signer));
  if (signatures.some(({ body }) => body.form === "refuse")) return { document, status: "refused", signatures, missing };
  if (missing.length > 0) return { document, status: signatures.length === 0 ? "unsigned" : "partly-signed", signatures, missing };
  const completedBy = signatures.at(-1);
  return completedBy === undefined ? { document, status: "unsigned", signatures, missing } : { document, status: "signed", signatures, missing, completedBy };
}

/** Reads a held document by its schema; `undefined` if it is not held or does not follow it. */
export function readDocument<Document>(statements: Statements, sha256: string, schema: z.ZodType<Document>): Document | undefined {
  const bytes = statements.file(sha256);
  if (bytes === undefined) return undefined;
  const json = parseCanonical(bytes);
  if (!json.ok) return undefined;
  const parsed = schema.safeParse(json.value);
  return parsed.success ? parsed.data : undefined;
}
