/** For tests: parties' folders made by the real commands, whose bundles are carried by hand. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { noteBody } from "@countersign/core/exchange/_note.ts";
import { letter } from "@countersign/core/exchange/letter.ts";
import type { CountersignNode } from "@countersign/server/node.ts";
import { recordingTerminal } from "./_terminal.ts";
import type { Command } from "./command.ts";
import { exportCommand } from "./export.ts";
import { importCommand } from "./import.ts";
import { init } from "./init.ts";
import { readNodeFolder, startResting } from "./resting-node.ts";

export class Folders {
  readonly #root = mkdtempSync(join(tmpdir(), "countersign-folders-"));

  at(...path: string[]): string {
    return join(this.#root, ...path);
  }

  remove(): void {
    rmSync(this.#root, { recursive: true });
  }

  /** The exit code and what was printed, or the code of the refusal and its sentence. */
  async run(command: Command, ...values: string[]): Promise<{ code: number | string; text: string }> {
    const terminal = recordingTerminal();
    const result = await command.run(values, terminal);
    return result.ok ? { code: result.value, text: terminal.printed.join("\n") } : { code: result.refusal.code, text: result.refusal.sentence };
  }

  /** Of a command that has to end with 0. */
  async done(command: Command, ...values: string[]): Promise<string> {
    const { code, text } = await this.run(command, ...values);
    expect([code, text]).toEqual([0, text]);
    return text;
  }

  /** A charter of these parties, the first of them on the left, all others on the right. */
  found(out: string, parties: readonly string[], keys: string, ...more: string[]): Promise<{ code: number | string; text: string }> {
    const sides = parties.flatMap((id, position) => [position === 0 ? "--left" : "--right", this.at(id, keys)]);
    return this.run(init, "--charter", this.at(out), "--title", "T", "--summary", "S", "--nature", "exercise", ...sides, ...more, "--json");
  }

  /** With the node of a folder at rest. */
  async atRest<Value>(folder: string, work: (node: CountersignNode) => Promise<Value>): Promise<Value> {
    const opened = await readNodeFolder(this.at(folder));
    const node = opened.ok ? await startResting(opened.value) : opened;
    if (!node.ok) expect.fail(node.refusal.sentence);
    try {
      return await work(node.value);
    } finally {
      await node.value.close();
    }
  }

  say(folder: string, channel: string, title: string, to: readonly string[]): Promise<string> {
    return this.atRest(folder, async (node) => {
      const said = await node.say(channel, { kind: letter.name, body: noteBody(title, { to: [...to] }), files: [] });
      return said.ok ? said.value.id : expect.fail(said.refusal.sentence);
    });
  }

  /** Hands the channel over once, from one folder to another; `by` is whose folder the first is. */
  async carry(from: string, to: string, channel: string, file: string, by = from): Promise<void> {
    await this.done(exportCommand, "--dir", this.at(from), "--channel", channel, "--out", this.at(file));
    await this.done(importCommand, "--dir", this.at(to), this.at(file), "--from", by);
  }
}
