/** `npm run refusals`: writes `docs/refusals.md`. */
import { writeFileSync } from "node:fs";
import { refusalTable, scanProgram } from "./refusal-table.ts";

writeFileSync(new URL("../docs/refusals.md", import.meta.url), refusalTable(scanProgram().found));
