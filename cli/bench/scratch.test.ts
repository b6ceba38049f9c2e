import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, it } from "vitest";
import { scratchFolder } from "./scratch.ts";

it("takes away what a killed measurement left, and nothing of one that runs or of anyone else", async () => {
  const parent = mkdtempSync(join(tmpdir(), "countersign-scratch-"));
  const { pid: ended } = spawnSync(process.execPath, ["--version"]);
  const others = [`.countersign-bench-${process.ppid}-abc`, ".countersign-bench-notes", "record"];
  for (const name of [`.countersign-bench-${ended}-abc`, ...others]) mkdirSync(join(parent, name));
  const made = await scratchFolder(parent);
  expect(readdirSync(parent).toSorted()).toEqual([...others, basename(made)].toSorted());
  rmSync(parent, { recursive: true });
});
