/** `sign`: one signer's part of a joint act on a document, named by its SHA-256 (SPEC R7). Signing confirms facts and receipt, not agreement with the other's view. */
import { z } from "zod";
import { sha256Hex, words } from "../bytes/fields.ts";
import { kind } from "./kind.ts";

export const sign = kind(
  "sign",
  z.strictObject({
    document: sha256Hex,
    /** What kind of document it is, so that a reader without the file can say so. */
    what: z.enum(["charter", "agreement", "report", "document"]),
    form: z.enum(["sign", "sign-with-comment", "refuse"]),
    comment: words.exactOptional(),
  }),
  undefined,
  (body) => body.document,
);
