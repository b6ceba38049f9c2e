/** `concern`: a question raised in consultation, outside or after an inspection. */
import { z } from "zod";
import { name, sha256Hex, words } from "../bytes/fields.ts";
import { kind } from "../channel/kind.ts";

export const concern = kind("concern", z.strictObject({ about: sha256Hex.exactOptional(), obligation: name.exactOptional(), title: words, text: words }));
