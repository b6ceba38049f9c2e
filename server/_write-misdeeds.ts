/** `npm run misdeeds`: writes `docs/misdeeds.md`. */
import { writeFileSync } from "node:fs";
import { misdeedTable } from "./_misdeed-table.ts";

writeFileSync(new URL("../docs/misdeeds.md", import.meta.url), misdeedTable());
