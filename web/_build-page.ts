/** For tests: a page of one script, built as the desk is, so that a story can run parts of the desk by themselves in a real browser. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "vite";
import settings from "./vite.config.ts";

/** Leaves `index.html` and what it loads in the folder. */
export async function buildPage(script: string, folder: string): Promise<void> {
  await build({
    ...settings,
    configFile: false,
    logLevel: "error",
    build: {
      ...settings.build,
      outDir: folder,
      emptyOutDir: false,
      rolldownOptions: { input: script, output: { entryFileNames: "page.js" } },
    },
  });
  const page = `<!doctype html><html lang="en"><title>A part of the desk</title><script type="module" src="/page.js"></script></html>`;
  await writeFile(join(folder, "index.html"), page);
}
