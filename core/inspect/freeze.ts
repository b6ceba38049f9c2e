/** `freeze` (F6): nothing leaves the designated site from here until the team is there. */
import { z } from "zod";
import { name, sha256Hex, words } from "../bytes/fields.ts";
import { kind } from "../channel/kind.ts";

export const freeze = kind("freeze", z.strictObject({ inspection: sha256Hex, site: name, measures: words }));
