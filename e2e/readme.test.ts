/** What the README tells a newcomer to type, typed; and the versions that the documents name. */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { copyOfTheProgram } from "./_copy.ts";
import { pagesBuilt } from "./_demo.ts";
import { root, start, type Running } from "./_program.ts";

let clone: string;

beforeAll(async () => {
  await pagesBuilt();
  clone = await copyOfTheProgram();
});

/** As a shell does it: words split at blanks, run in the clone. NODE_ENV is what a person's shell has: nothing. */
function type(command: string, more: readonly string[] = []): Running {
  const [program = "", ...values] = command.split(/\s+/);
  return start(program, [...values, ...more], { folder: clone, group: true, environment: { NODE_ENV: "" } });
}

/** Every command in the README's blocks has a line here; each says what a reader may expect of it. */
const EXPECTED: Readonly<Record<string, (command: string) => Promise<void>>> = {
  "npm start": async (command) => {
    // Only the port is not the README's: another program of this machine may have it.
    const program = type(command, ["--", "--port", "0"]);
    const [address] = await program.says(/http:\/\/127\.0\.0\.1:\d+\//);
    const page = await fetch(address);
    expect(page.headers.get("content-type")).toMatch(/^text\/html/);
    expect(program.text()).not.toMatch(/Installing|Building/);
    // Ctrl-C: npm and its shell end by the signal, the demonstration by itself; it has let go of its folder.
    const { code, signal, err } = await program.kill("SIGINT");
    expect([0, 130, "SIGINT"]).toContain(code ?? signal);
    expect(err).not.toMatch(/error|ELIFECYCLE/i);
    expect(existsSync(join(clone, "demo-data", "lock"))).toBe(false);
  },
  "npm test": async () => {
    const { scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    expect(scripts["test"]).toBe("node tools/test.mjs");
  },
  "npx countersign demo --once --dir demo-data": async (command) => {
    // The clone's demonstration was opened by `npm start` in the same folder: this goes on with it.
    const { code, out, err } = await type(command).ended;
    expect(code, err).toBe(0);
    expect(out).toContain("exercise.tar");
  },
  "npx countersign verify demo-data/exercise.tar": async (command) => {
    const { code, out, err } = await type(command).ended;
    expect(code, err).toBe(0);
    expect(out).toMatch(
      /^Consistent in itself; nobody has vouched for channel [0-9a-f]{64}\. Newer copies may exist\./,
    );
  },
  "npx countersign bench append audit fold proof": async (command) => {
    // Measuring takes a minute or two; the first row and a clean end are enough here.
    const program = type(command);
    await program.says(/^append +[\d.]+ ms/m);
    await program.kill("SIGINT");
  },
};

describe("The README's commands", async () => {
  const commands = commandsIn(await readFile(join(root, "README.md"), "utf8"));
  test("are the ones that are tried here", () => {
    expect(commands).toEqual(Object.keys(EXPECTED));
  });
  test.each(commands)("%s", async (command) => EXPECTED[command]?.(command), 120_000);
});

describe("Documents", () => {
  test("name commands that exist", async () => {
    const { out } = await type("npx countersign --help").ended;
    for (const { name, text } of await documents())
      for (const [, command = ""] of text.matchAll(/\bcountersign ([a-z]+)\b(?=[^.]*`)/g))
        expect(out, `${name} names "countersign ${command}"`).toMatch(new RegExp(`^  countersign ${command} `, "m"));
  });

  test("link to files that exist", async () => {
    for (const { name, text } of await documents())
      for (const [, target = ""] of text.matchAll(/\]\((?!https?:|#)([^)#]+)\)/g))
        expect(existsSync(join(root, dirname(name), target)), `${name} links to ${target}`).toBe(true);
  });

  test("name the versions of package.json", async () => {
    const known = await pinnedVersions();
    for (const { name, text } of await documents())
      for (const [words, what = "", version = ""] of text.matchAll(/\b([A-Za-z][A-Za-z0-9.-]*) v?(\d+(?:\.\d+)*)\b/g)) {
        const pinned = known.get(what.toLowerCase());
        if (pinned === undefined || (what === "Node" && text.includes(`${words} or newer`))) continue;
        expect(
          pinned === version || pinned.startsWith(`${version}.`),
          `${name} says "${words}"; package.json says ${pinned}`,
        ).toBe(true);
      }
  });
});

function commandsIn(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^```\w*\n([\s\S]*?)^```/gm)]
    .flatMap(([, block = ""]) => block.split("\n"))
    .map((line) => line.replace(/\s+#.*$/, "").trim())
    .filter((line) => line !== "");
}

async function documents(): Promise<readonly { readonly name: string; readonly text: string }[]> {
  const within = async (folder: string): Promise<string[]> =>
    (await readdir(join(root, folder))).filter((name) => name.endsWith(".md")).map((name) => join(folder, name));
  const names = (await Promise.all(["", "core", "docs/decisions", "cases/2022"].map(within))).flat();
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(join(root, name), "utf8") })));
}

/** Every dependency's exact version, by its name in small letters; Node's from the engine that is asked for. */
async function pinnedVersions(): Promise<ReadonlyMap<string, string>> {
  const versions = new Map<string, string>();
  for (const folder of ["", "core", "wire", "server", "cli", "web"]) {
    const json = JSON.parse(await readFile(join(root, folder, "package.json"), "utf8")) as Record<
      "dependencies" | "devDependencies" | "engines",
      Record<string, string> | undefined
    >;
    for (const [name, version] of Object.entries({ ...json.dependencies, ...json.devDependencies }))
      versions.set(name.toLowerCase(), version);
    const engine = json.engines?.["node"];
    if (folder === "" && engine !== undefined) versions.set("node", engine.replace(/^>=/, ""));
  }
  return versions;
}
