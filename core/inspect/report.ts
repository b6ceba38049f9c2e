/** `report` (F15): names the report document, which both sides sign. The report states facts only: no finding, probability or verdict. */
import { z } from "zod";
import { sha256Hex } from "../bytes/fields.ts";
import { kind } from "../channel/kind.ts";

export const report = kind("report", z.strictObject({ inspection: sha256Hex, document: sha256Hex }));
