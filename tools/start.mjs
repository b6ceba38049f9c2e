// @ts-check
/** `npm start`: everything that is needed, then the demonstration with the values passed on. Ctrl-C ends it cleanly. */
import { join } from "node:path";
import { ready } from "./ready.mjs";
import { pinnedNode, root, run } from "./run.mjs";

if (await ready()) {
  const { code, interrupted } = await run(pinnedNode(), [
    join(root, "cli", "countersign.mjs"),
    "demo",
    ...process.argv.slice(2),
  ]);
  process.exitCode = interrupted === undefined ? code : 0;
} else process.exitCode = 1;
