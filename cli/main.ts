/** The command line: finds the command, hands over, and turns what it gives into an exit code. The only file that touches `process`. */
import { replaceSha256 } from "@countersign/core/bytes/sha256.ts";
import { nativeSha256 } from "@countersign/server/signing.ts";
import { bench } from "./bench.ts";
import type { Command } from "./command.ts";
import { demo } from "./demo.ts";
import { exportCommand } from "./export.ts";
import { fsck } from "./fsck.ts";
import { importCommand } from "./import.ts";
import { init } from "./init.ts";
import { keys } from "./keys.ts";
import { match } from "./match.ts";
import { serve } from "./serve.ts";
import { openTerminal } from "./terminal.ts";
import { verify } from "./verify.ts";

const commands: readonly Command[] = [demo, init, serve, keys, exportCommand, importCommand, fsck, verify, match, bench];

/** A bad value or file, as against a verdict that something is not whole (1). */
const BAD_INPUT = 2;
const FAULT = 3;

replaceSha256(nativeSha256);

const ending = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => {
    // A second wish to end is not to wait for the first.
    if (ending.signal.aborted && performance.now() - endingSince > 2000) process.exit(130);
    if (!ending.signal.aborted) endingSince = performance.now();
    ending.abort();
  });
let endingSince = 0;
// A reader that has seen enough (`| head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : FAULT));

process.exitCode = await run(process.argv.slice(2));

async function run(values: readonly string[]): Promise<number> {
  const terminal = openTerminal(process.stdout, process.stderr, ending.signal);
  const [name, ...rest] = values;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    terminal.print(overview());
    return name === undefined ? BAD_INPUT : 0;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    terminal.remark(
      `countersign has no command ${name}. The commands are ${commands.map((known) => known.name).join(", ")}.`,
    );
    return BAD_INPUT;
  }
  if (rest.includes("--help") || rest.includes("-h")) {
    terminal.print(command.help.trim());
    return 0;
  }
  try {
    const result = await command.run(rest, terminal);
    terminal.settled();
    if (result.ok) return result.value;
    const { sentence, where } = result.refusal;
    terminal.remark(where === undefined ? sentence : `${sentence} (${where})`);
    return BAD_INPUT;
  } catch (error) {
    terminal.remark(
      `countersign ${name} stopped by a fault of its own: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    return FAULT;
  }
}

function overview(): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  return [
    "countersign: a reciprocal transparency mechanism.",
    "",
    ...commands.map((command) => `  countersign ${command.name.padEnd(width)}  ${command.summary}`),
    "",
    "Each has --help and --json.",
  ].join("\n");
}
