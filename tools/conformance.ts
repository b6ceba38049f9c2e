/** `npm run conformance`: writes `docs/conformance.md`. */
import { writeFileSync } from "node:fs";
import { conformanceTable } from "./conformance-table.ts";

writeFileSync(new URL("../docs/conformance.md", import.meta.url), conformanceTable());
