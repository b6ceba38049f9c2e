/** `countersign bench`: the numbers of this program on this machine, each beside what the bare work costs in the same run. */
import { availableParallelism, cpus, totalmem } from "node:os";
import { accept, refuse } from "@countersign/core/refusal.ts";
import { append } from "./bench/append.ts";
import { audit } from "./bench/audit.ts";
import { fold } from "./bench/fold.ts";
import type { Measurement, Row } from "./bench/measure.ts";
import { memory } from "./bench/memory.ts";
import { mirror } from "./bench/mirror.ts";
import { proof } from "./bench/proof.ts";
import { readValues, type Command } from "./command.ts";

const measurements: readonly Measurement[] = [append, audit, mirror, fold, proof, memory];
const ids = measurements.map(({ id }) => id);

export const bench: Command = {
  name: "bench",
  summary: "measure this program on this machine",
  help: `
countersign bench [${ids.join(" | ")}] … [--json]

Medians of repeated runs, each with its baseline from the same run. Without a name all are measured; that takes about six minutes.
--json prints {machine, rows: [{id, value, unit, baseline, ratio, reach, ok}]}.

Exit code: 0 all numbers are reached; 1 one is not; 2 the input cannot be used.`,

  async run(values, terminal) {
    const read = readValues("bench", values, { texts: [], flags: ["json"] }, ids.length);
    if (!read.ok) return read;
    const { flags, plain } = read.value;
    const unknown = plain.find((id) => !ids.includes(id));
    if (unknown !== undefined)
      return refuse("bench-unknown", `There is no measurement "${unknown}". They are ${ids.join(", ")}.`);
    const rows: Row[] = [];
    for (const measurement of measurements) {
      if (plain.length > 0 && !plain.includes(measurement.id)) continue;
      const row = await measurement.measure((text) => terminal.progress(text), terminal.signal);
      if (terminal.signal.aborted) return refuse("bench-ended", "Ended before the measurements were done.");
      rows.push(row);
      if (!flags.has("json")) terminal.print(rowText(row));
    }
    const machine = machineFacts();
    if (flags.has("json")) terminal.print(JSON.stringify({ machine, rows }, undefined, 2));
    else terminal.print(`On ${machine.processor}, ${machine.cores} cores, Node ${machine.node}, ${machine.platform}.`);
    return accept(rows.every(({ ok }) => ok) ? 0 : 1);
  },
};

function rowText({ id, what, value, unit, baseline, ratio, reach, ok }: Row): string {
  const beside = baseline === null || ratio === null ? "" : `  (bare: ${baseline} ${unit}, ratio ${ratio})`;
  return `${id.padEnd(7)} ${value} ${unit}${beside}\n        ${what}\n        to reach: ${reach}: ${ok ? "reached" : "NOT reached"}`;
}

function machineFacts() {
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryMiB: Math.round(totalmem() / 1024 / 1024),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
  };
}
