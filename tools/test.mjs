// @ts-check
/**
 * `npm test`: everything that is needed, then the lint, the compiler, the search for dead code and all tests. The last line is
 * `N passed, N failed`; each of the checks before the tests counts as one.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ready } from "./ready.mjs";
import { pinnedNode, root, run } from "./run.mjs";

const program = (/** @type {string[]} */ ...path) => join(root, "node_modules", ...path);

/** @type {readonly (readonly [name: string, program: string, ...values: string[]])[]} */
const CHECKS = [
  ["lint", program("oxlint", "bin", "oxlint"), "--deny-warnings"],
  ["types", program("typescript", "bin", "tsc"), "-p", "tsconfig.json"],
  ["types of core, without any platform", program("typescript", "bin", "tsc"), "-p", "core/tsconfig.json"],
  ["dead code", program("knip", "bin", "knip.js")],
];

const totals = { passed: 0, failed: 0, skipped: 0 };

/** Values after `npm test --` name test files; then only these are run. */
const chosen = process.argv.slice(2);
let interrupted = false;

if (await ready()) {
  for (const [name, file, ...values] of chosen.length === 0 ? CHECKS : []) {
    if (interrupted) break;
    const start = performance.now();
    const ending = await run(pinnedNode(), [file, ...values]);
    interrupted = ending.interrupted !== undefined;
    console.info(
      `${ending.code === 0 ? "passed" : "FAILED"}  ${name}  ${((performance.now() - start) / 1000).toFixed(1)} s`,
    );
    totals[ending.code === 0 ? "passed" : "failed"] += 1;
  }
  if (!interrupted) await tests();
} else totals.failed += 1;

console.info(
  `${totals.passed} passed, ${totals.failed} failed${totals.skipped > 0 ? `, ${totals.skipped} skipped` : ""}`,
);
process.exitCode = totals.failed === 0 && !interrupted ? 0 : 1;

/** Counts from vitest's own report; a run that leaves no report, or fails without a failed test, counts as one failure. */
async function tests() {
  const folder = mkdtempSync(join(tmpdir(), "countersign-test-"));
  const report = join(folder, "report.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const ending = await run(pinnedNode(), [program("vitest", "vitest.mjs"), "run", ...reporters, ...chosen]);
    interrupted = ending.interrupted !== undefined;
    const result = JSON.parse(readFileSync(report, "utf8"));
    totals.passed += result.numPassedTests;
    totals.failed += result.numFailedTests;
    totals.skipped += result.numPendingTests + result.numTodoTests;
    if (ending.code !== 0 && result.numFailedTests === 0) totals.failed += 1;
  } catch (error) {
    console.error(`The tests left no report: ${error instanceof Error ? error.message : String(error)}`);
    totals.failed += 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
