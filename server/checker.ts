/** A thread that checks signatures, batch after batch (`checkers.ts`). */
import { parentPort } from "node:worker_threads";
import { holds } from "./native-check.ts";
import { unpackChecks, type PackedChecks } from "./packed-checks.ts";

parentPort?.on("message", (packed: PackedChecks) => {
  parentPort?.postMessage(unpackChecks(packed).map(holds));
});
