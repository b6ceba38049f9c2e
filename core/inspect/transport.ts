/** `transport`: the team has been brought to the site, by the inspected party or by the host on whose soil it stands. */
import { z } from "zod";
import { instant, sha256Hex } from "../bytes/fields.ts";
import { kind } from "../channel/kind.ts";

export const transport = kind("transport", z.strictObject({ inspection: sha256Hex, atSite: instant }));
