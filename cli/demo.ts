/** `countersign demo`: both cases on this machine, played by people in a browser or, with `--once`, by itself. */
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { verifyBundle } from "@countersign/core/bundle/verify.ts";
import { kinds } from "@countersign/core/kinds.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { startDemonstration, wasEnded, type RunningDemonstration } from "@countersign/server/demo/demo.ts";
import { nativeVerify } from "@countersign/server/signing.ts";
import { readValues, type Command } from "./command.ts";
import type { Terminal } from "./terminal.ts";
import { findingLines } from "./verdict-text.ts";

const DEFAULT_PORT = 8470;
const DEFAULT_DIRECTORY = "demo-data";

export const demo: Command = {
  name: "demo",
  summary: "both cases on this machine: the papers of 2022 and the exercise",
  help: `
countersign demo [--dir D] [--port P] [--once] [--json]

Runs every party's node of both cases on this machine and opens the Start page at the address it prints. Ctrl-C ends it; the same
folder goes on where it was.

  --dir D    the folder for everything it keeps (default: ${DEFAULT_DIRECTORY})
  --port P   the port on 127.0.0.1 (default: ${DEFAULT_PORT}; 0: any free one)
  --once     plays both cases without a person, writes a bundle of each circle into the folder, prints the findings and ends
  --json     one JSON value a line`,

  async run(values, terminal) {
    const read = readValues("demo", values, { texts: ["dir", "port"], flags: ["once", "json"] });
    if (!read.ok) return read;
    const { texts, flags } = read.value;
    const once = flags.has("once");
    const port = portOf(texts.get("port"), once);
    if (!port.ok) return port;
    const pages = fileURLToPath(new URL("../web/dist", import.meta.url));
    if (
      !once &&
      !(await stat(pages).then(
        (found) => found.isDirectory(),
        () => false,
      ))
    )
      return refuse(
        "pages-not-built",
        "The pages are not built yet. Run `npm start`, which builds them, or `npm run build` first.",
        pages,
      );
    const started = await startDemonstration({
      directory: resolve(texts.get("dir") ?? DEFAULT_DIRECTORY),
      port: port.value,
      ...(once ? {} : { pages }),
      progress: (text) => terminal.progress(text),
      signal: terminal.signal,
    });
    if (!started.ok) return wasEnded(started.refusal) ? accept(0) : started;
    const running = started.value;
    try {
      return await (once
        ? playOnce(running, flags.has("json"), terminal)
        : serveUntilEnded(running, flags.has("json"), terminal));
    } finally {
      await running.close();
    }
  },
};

function portOf(text: string | undefined, once: boolean): Result<number> {
  if (text === undefined) return accept(once ? 0 : DEFAULT_PORT);
  const port = Number(text);
  return /^\d{1,5}$/.test(text) && port < 65_536
    ? accept(port)
    : refuse("port-malformed", `--port takes a number from 0 to 65535, not "${text}".`);
}

async function serveUntilEnded(
  running: RunningDemonstration,
  json: boolean,
  terminal: Terminal,
): Promise<Result<number>> {
  terminal.print(
    json
      ? JSON.stringify({ address: `${running.address}/` })
      : `Open ${running.address}/ in a browser. Both sides are there; a guide says what to do next.\nCtrl-C ends it.`,
  );
  const ready = await running.ready;
  if (!ready.ok) return wasEnded(ready.refusal) ? accept(0) : ready;
  terminal.settled();
  await new Promise<void>((ended) => {
    if (terminal.signal.aborted) ended();
    else terminal.signal.addEventListener("abort", () => ended(), { once: true });
  });
  return accept(0);
}

async function playOnce(running: RunningDemonstration, json: boolean, terminal: Terminal): Promise<Result<number>> {
  const written = await running.playOut();
  if (!written.ok) return wasEnded(written.refusal) ? accept(0) : written;
  terminal.settled();
  const bundles = [];
  for (const { circle, file, bytes } of written.value)
    bundles.push({ circle, file, verdict: await verifyBundle(bytes, { verify: nativeVerify, kinds }) });
  if (json)
    terminal.print(
      JSON.stringify(
        {
          bundles: bundles.map(({ circle, file, verdict }) => ({
            circle,
            file,
            ok: verdict.ok,
            channel: verdict.channel,
            statements: verdict.statements,
            findings: verdict.findings,
          })),
        },
        undefined,
        2,
      ),
    );
  else
    for (const { file, verdict } of bundles) {
      terminal.print(`${file}: ${verdict.statements} statements, ${verdict.ok ? "whole" : "not whole"}`);
      for (const finding of verdict.findings) for (const line of findingLines(finding)) terminal.print(line);
    }
  if (!json)
    terminal.print(
      `Check it alone: npx countersign verify ${bundles.find(({ circle }) => circle === "exercise")?.file ?? ""}`,
    );
  return accept(bundles.every(({ verdict }) => verdict.ok) ? 0 : 1);
}
