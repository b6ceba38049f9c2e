/**
 * Each wall between the rooms stops a deliberate breach. The breaches are written into an empty folder with this repository's own
 * settings, so that a wall that sees nothing is noticed.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = (name: string) => join(root, "node_modules", ".bin", name);
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "countersign-walls-"));
  mkdirSync(join(folder, "core"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const name of [".oxlintrc.json", "tsconfig.json", "core/tsconfig.json"])
    copyFileSync(join(root, name), join(folder, name));
});

afterAll(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function run(command: string, ...values: string[]): string {
  try {
    return execFileSync(bin(command), values, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

/** The rules broken, by file. */
function lint(files: Readonly<Record<string, string>>): Map<string, string[]> {
  for (const [path, text] of Object.entries(files)) write(path, text);
  const report: unknown = JSON.parse(run("oxlint", "-f", "json", ...Object.keys(files)));
  const broken = new Map<string, string[]>(Object.keys(files).map((path) => [path, []]));
  for (const { filename, code } of (report as { diagnostics: { filename: string; code: string }[] }).diagnostics)
    broken.get(filename)?.push(code);
  for (const path of Object.keys(files)) rmSync(join(folder, path));
  return broken;
}

const importing = (specifier: string) => `import { thing } from "${specifier}";\nexport const used = thing;\n`;

const FORBIDDEN: readonly (readonly [from: string, specifier: string])[] = [
  ["core/log/a.ts", "node:fs"],
  ["core/log/a.ts", "node:fs/promises"],
  ["core/log/a.ts", "hono"],
  ["core/log/a.ts", "@countersign/wire/endpoints.ts"],
  ["core/log/a.ts", "@countersign/core/bytes/hex.ts"],
  ["core/log/a.ts", "../../server/node.ts"],
  ["core/log/a.ts", "../../node_modules/hono/index.js"],
  ["core/a.ts", "../server/node.ts"],
  ["core/log/a.test.ts", "@countersign/server/node.ts"],
  ["wire/a.ts", "node:http"],
  ["wire/a.ts", "@countersign/server/node.ts"],
  ["wire/a.ts", "../core/bytes/hex.ts"],
  ["server/http/a.ts", "react"],
  ["server/http/a.ts", "@countersign/web/desk/desk.tsx"],
  ["server/http/a.ts", "../../core/bytes/hex.ts"],
  ["server/http/a.ts", "../../cli/main.ts"],
  ["cli/a.ts", "@countersign/server/journal/journal.ts"],
  ["cli/bench/a.ts", "../../server/node.ts"],
  ["cli/a.ts", "hono"],
  ["cli/a.ts", "@countersign/web/main.tsx"],
  ["web/desk/a.tsx", "node:path"],
  ["web/desk/a.tsx", "@countersign/server/node.ts"],
  ["web/desk/map/a.tsx", "../../../server/node.ts"],
  ["web/desk/map/a.tsx", "../../../core/bytes/hex.ts"],
  ["cases/2022/a.ts", "node:fs"],
  ["regimes/a.ts", "@countersign/server/node.ts"],
  ["tools/a.ts", "@countersign/core/bytes/hex.ts"],
  ["e2e/a.test.ts", "../server/node.ts"],
];

const ALLOWED: readonly (readonly [from: string, specifier: string])[] = [
  ["core/log/a.ts", "zod"],
  ["core/log/a.ts", "@noble/curves/ed25519.js"],
  ["core/log/a.ts", "../bytes/hex.ts"],
  ["core/log/a.ts", "./merkle.ts"],
  ["core/log/a.test.ts", "fast-check"],
  ["wire/a.ts", "@countersign/core/bytes/hex.ts"],
  ["server/http/a.ts", "hono/streaming"],
  ["server/http/a.ts", "node:fs/promises"],
  ["cli/bench/a.ts", "../progress.ts"],
  ["cli/a.ts", "@countersign/server/node.ts"],
  ["web/desk/map/a.tsx", "../../parts/tabs.tsx"],
  ["web/desk/a.tsx", "react"],
];

describe("the lint's allow-lists", () => {
  /** All in one run, each import in a file of its own. */
  const numbered = (list: typeof FORBIDDEN) =>
    list.map(([from, specifier], number) => ({ path: from.replace("/a.", `/a${number}.`), specifier }));
  const lintAll = (list: ReturnType<typeof numbered>) =>
    lint(Object.fromEntries(list.map(({ path, specifier }) => [path, importing(specifier)])));

  it("stop every import that a room may not have", () => {
    const list = numbered(FORBIDDEN);
    const broken = lintAll(list);
    for (const { path, specifier } of list)
      expect(broken.get(path), `${path} imports ${specifier}`).toContain("eslint(no-restricted-imports)");
  });

  it("let through what a room may have", () => {
    const list = numbered(ALLOWED);
    const broken = lintAll(list);
    for (const { path, specifier } of list) expect(broken.get(path), `${path} imports ${specifier}`).toEqual([]);
  });
});

describe("the lint's other rules", () => {
  const breach = (path: string, text: string) => lint({ [path]: text }).get(path);

  it("stop time and chance in core", () => {
    expect(breach("core/a.ts", "export const now = () => Date.now();\n")).toContain("eslint(no-restricted-globals)");
    expect(breach("core/a.ts", "export const now = () => Temporal.Now;\n")).toContain("eslint(no-restricted-globals)");
    expect(breach("core/a.ts", "export const dice = () => Math.random();\n")).toContain(
      "eslint(no-restricted-properties)",
    );
    expect(breach("core/a.ts", 'export const order = (a: string) => a.localeCompare("b");\n')).toContain(
      "eslint(no-restricted-properties)",
    );
  });

  it("stop files over 400 lines, default exports, export *, any, ignored types, and tests switched off or alone", () => {
    expect(breach("server/a.ts", `${"export {};\n".repeat(401)}`)).toContain("eslint(max-lines)");
    expect(breach("server/a.ts", "const one = 1;\nexport default one;\n")).toContain("import(no-default-export)");
    expect(
      lint({ "server/b.ts": "export const one = 1;\n", "server/a.ts": 'export * from "./b.ts";\n' }).get("server/a.ts"),
    ).toContain("oxc(no-barrel-file)");
    expect(breach("server/a.ts", "export const one: any = 1;\n")).toContain("typescript(no-explicit-any)");
    expect(breach("server/a.ts", "// @ts-expect-error\nexport const one: string = 1;\n")).toContain(
      "typescript(ban-ts-comment)",
    );
    expect(breach("server/a.test.ts", 'import { it } from "vitest";\nit.skip("one", () => {});\n')).toContain(
      "vitest(no-disabled-tests)",
    );
    expect(breach("server/a.test.ts", 'import { it } from "vitest";\nit.only("one", () => {});\n')).toContain(
      "vitest(no-focused-tests)",
    );
  });

  it("stop import cycles", () => {
    const files = {
      "server/a.ts": 'import { b } from "./b.ts";\nexport const a = () => b();\n',
      "server/b.ts": 'import { a } from "./a.ts";\nexport const b = (): number => a();\n',
    };
    expect([...lint(files).values()].flat()).toContain("import(no-cycle)");
  });

  it("stop promises that nobody waits for, and switches that forget a case", () => {
    expect(
      breach("server/a.ts", "const later = async () => 1;\nexport const start = () => {\n  later();\n};\n"),
    ).toContain("typescript(no-floating-promises)");
    expect(
      breach(
        "server/a.ts",
        'export function name(kind: "a" | "b"): string {\n  switch (kind) {\n    case "a":\n      return "one";\n  }\n  return "";\n}\n',
      ),
    ).toContain("typescript(switch-exhaustiveness-check)");
  });
});

describe("the compiler's settings for core", () => {
  it("know nothing of Node, browsers or the network", () => {
    const names = [
      "process",
      "Buffer",
      "console",
      "fetch",
      "setTimeout",
      "document",
      "window",
      "crypto",
      "performance",
      "navigator",
    ];
    write("core/breach.ts", `${names.map((name, index) => `export const use${index} = ${name};`).join("\n")}\n`);
    const report = run("tsc", "-p", "core/tsconfig.json");
    for (const name of names) expect(report).toContain(`Cannot find name '${name}'`);
    rmSync(join(folder, "core/breach.ts"));
  });
});
