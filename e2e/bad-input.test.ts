/** What a person gets wrong: one clear sentence each, an exit code that is not 0, nothing lost and nothing half written. */
import { createServer } from "node:net";
import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { expect, test } from "vitest";
import { copyOfTheProgram } from "./_copy.ts";
import { emptyFolder, prepared, startDemoIn } from "./_demo.ts";
import { countersign, node, run, start, type Ended } from "./_program.ts";

test("A port in use is said in one sentence, and the folder can be used afterwards", async () => {
  const folder = await emptyFolder();
  await cp(await prepared("opened"), folder, { recursive: true });
  const before = await contents(folder);
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const ended = await run(["demo", "--dir", folder, "--port", String(port)]);
  server.close();
  expect(oneSentence(ended)).toContain(`Port ${port} is in use`);
  expect(await contents(folder)).toEqual(before);
  const demo = await startDemoIn(folder);
  expect((await demo.program.kill("SIGINT")).code).toBe(0);
});

test("A folder that holds something else is left as it is", async () => {
  const folder = await emptyFolder();
  await writeFile(join(folder, "thesis.txt"), "years of work");
  const ended = await run(["demo", "--once", "--dir", folder]);
  expect(oneSentence(ended)).toContain("holds something else");
  expect(await readdir(folder)).toEqual(["thesis.txt"]);
});

test("A file in place of the folder is said and kept", async () => {
  const folder = join(await emptyFolder(), "file");
  await writeFile(folder, "not a folder");
  const ended = await run(["demo", "--once", "--dir", folder]);
  expect(oneSentence(ended)).toContain(folder);
  expect(await readFile(folder, "utf8")).toBe("not a folder");
});

test("A second start on the same data is refused and disturbs nothing", async () => {
  const folder = await emptyFolder();
  await cp(await prepared("opened"), folder, { recursive: true });
  const first = await startDemoIn(folder);
  const second = await run(["demo", "--dir", folder, "--port", "0"]);
  expect(oneSentence(second)).toMatch(/uses the folder/);
  expect((await first.state()).channels).toHaveLength(3);
  expect((await first.program.kill("SIGINT")).code).toBe(0);
});

test("A case file with an unknown field names file and field, and nothing is founded", async () => {
  const copy = await copyOfTheProgram();
  const file = join(copy, "cases", "exercise", "case.json");
  const json = JSON.parse(await readFile(file, "utf8")) as { circles: Record<string, unknown>[] };
  json.circles[0] = { ...json.circles[0], secret: true };
  await writeFile(file, JSON.stringify(json));
  const folder = await emptyFolder();
  const ended = await start(node, [join(copy, "cli", "countersign.mjs"), "demo", "--once", "--dir", folder]).ended;
  expect(oneSentence(ended)).toMatch(/circles.*secret/);
  expect((await readdir(folder, { recursive: true })).filter((name) => /exercise/.test(name))).toEqual([]);
});

test.each([
  ["a port that is no number", ["demo", "--port", "http"], "--port"],
  ["an option that does not exist", ["demo", "--fast"], "--fast"],
  ["a command that does not exist", ["conquer"], "conquer"],
  ["a file that does not exist", ["verify", "/nowhere/at-all.tar"], "/nowhere/at-all.tar"],
  ["no file", ["verify"], "Name the file"],
])("Given %s, it says so", async (_, values, words) => {
  expect(oneSentence(await run(values))).toContain(words);
});

test("A file that is no bundle is said to be none", async () => {
  const ended = await run(["verify", countersign]);
  expect(ended.code).toBe(2);
  expect(oneSentence(ended)).toContain("This is no bundle");
});

/** What was said; fails unless it is one line for a person and the exit code says that it did not work. */
function oneSentence({ code, out, err }: Ended): string {
  const said = `${out}${err}`.trim();
  expect(code, said).not.toBe(0);
  expect(said.split("\n"), said).toHaveLength(1);
  expect(said).not.toMatch(/fault of its own|Error:| at .*:\d+:\d+/);
  return said;
}

/** Every file's hash. */
async function contents(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      names.toSorted().map(async (name): Promise<[string, string]> => [
        name,
        createHash("sha256")
          .update(await readFile(name))
          .digest("hex"),
      ]),
    ),
  );
}
