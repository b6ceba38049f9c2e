/** The program as a shell starts it, on the Node of the tests and on an older one where the machine has one. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const program = fileURLToPath(new URL("countersign.mjs", import.meta.url));
const run = (node: string, ...values: string[]) =>
  spawnSync(node, [program, ...values], { encoding: "utf8", timeout: 60_000 });

/** The first `node` of the path that is not the pinned one. */
function olderNode(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
  for (const folder of folders) {
    const node = join(folder, "node");
    try {
      const version = execFileSync(node, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
      if (Number(/^v(\d+)/.exec(version)?.[1]) < 26) return node;
    } catch {
      // No node in this folder.
    }
  }
  return undefined;
}

const nodes = [process.execPath, olderNode()].filter((node) => node !== undefined);

describe.each(nodes)("countersign on %s", (node) => {
  it("lists its commands, and each has its help with --json", () => {
    const { status, stdout } = run(node, "--help");
    expect(status).toBe(0);
    const names = [...stdout.matchAll(/^ {2}countersign (\w+)/gm)].map(([, name]) => name ?? "");
    expect(names).toEqual(["demo", "init", "serve", "keys", "export", "import", "fsck", "verify", "match", "bench"]);
    for (const name of names) {
      const help = run(node, name, "--help");
      expect(help.status).toBe(0);
      expect(help.stdout).toContain("--json");
    }
  });

  it("has one sentence and an exit code for bad input", () => {
    expect(run(node)).toMatchObject({ status: 2 });
    expect(run(node, "nonsense")).toMatchObject({
      status: 2,
      stdout: "",
      stderr: "countersign has no command nonsense. The commands are demo, init, serve, keys, export, import, fsck, verify, match, bench.\n",
    });
    expect(run(node, "verify", "/nowhere/at/all.tar")).toMatchObject({
      status: 2,
      stdout: "",
      stderr: "There is no file /nowhere/at/all.tar.\n",
    });
    expect(run(node, "bench", "luck")).toMatchObject({ status: 2, stdout: "" });
  });

  it("passes a signal on and ends with 0", async () => {
    const folder = mkdtempSync(join(tmpdir(), "countersign-signal-"));
    try {
      for (const id of ["aurelia", "borealia"])
        expect(run(node, "init", "--dir", join(folder, id), "--party", id).status).toBe(0);
      const keys = (id: string) => join(folder, id, "public-keys.json");
      const charter = join(folder, "charter.json");
      expect(
        run(
          node,
          "init",
          "--charter",
          charter,
          "--title",
          "T",
          "--summary",
          "S",
          "--nature",
          "exercise",
          "--left",
          keys("aurelia"),
          "--right",
          keys("borealia"),
        ).status,
      ).toBe(0);
      expect(run(node, "init", "--dir", join(folder, "aurelia"), "--join", charter).status).toBe(0);
      const child = spawn(node, [program, "serve", "--dir", join(folder, "aurelia"), "--port", "0", "--json"], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
      await new Promise((resolve) => child.stdout.once("data", resolve));
      child.kill("SIGINT");
      expect(await ended).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
