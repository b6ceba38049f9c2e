/** `ambiguity` (F13): an open question on site, with its author's statement. The other side adds its own. */
import { z } from "zod";
import { name, sha256Hex, words } from "../bytes/fields.ts";
import { kind } from "../channel/kind.ts";

export const ambiguity = kind("ambiguity", z.strictObject({ inspection: sha256Hex, space: name.exactOptional(), question: words, statement: words }));
