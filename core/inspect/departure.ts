/** `departure`: the time on site has ended. The report is due from here. */
import { z } from "zod";
import { instant, sha256Hex } from "../bytes/fields.ts";
import { kind } from "../channel/kind.ts";

export const departure = kind("departure", z.strictObject({ inspection: sha256Hex, left: instant }));
