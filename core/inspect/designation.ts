/** `designation` (F5): the site is named and the sealed choice opened, so that all can compare. */
import { z } from "zod";
import { base64Of32, name, sha256Hex } from "../bytes/fields.ts";
import { kind } from "../channel/kind.ts";

export const designation = kind("designation", z.strictObject({ inspection: sha256Hex, site: name, nonce: base64Of32 }));
