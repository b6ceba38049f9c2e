/** `docs/conformance.md`, made from the tables of what C2SP asks: `npm run conformance` writes it, and a test holds it against the tests it names. */
import { readdirSync, readFileSync } from "node:fs";
import { signedNote, tlogCheckpoint, tlogCosignature } from "./conformance-notes.ts";
import { tlogPolicy, tlogProof, tlogTiles, tlogWitness } from "./conformance-logs.ts";

/** A test file, and how the title of a test in it begins. */
export type Shown = readonly [file: string, title: string];
/** Beside what is shown, or instead of it: why this program does more, less or something else. */
export type Demand = readonly [force: "MUST" | "SHOULD" | "MAY", what: string, shown: readonly Shown[], because?: string];

export interface Specification {
  readonly name: string;
  readonly demands: readonly Demand[];
}

export const SPECIFICATIONS: readonly Specification[] = [signedNote, tlogCheckpoint, tlogTiles, tlogCosignature, tlogWitness, tlogProof, tlogPolicy];

/** Vectors beside the repository that nothing here can be held against. */
export const UNUSED_VECTORS: Readonly<Record<string, string>> = {
  "cose-receipt": "Receipts of RFC 9942 are neither written nor read.",
  drand: "No beacon's value is used; seeds come from both sides (R17.3).",
};

const ROOT = new URL("../", import.meta.url);
const ROOMS = ["core", "wire", "server", "cli", "web", "cases", "regimes", "e2e", "tools"];

export function readSource(file: string): string {
  return readFileSync(new URL(file, ROOT), "utf8");
}

/** Where each file of vectors is read, by its name without `.json`. */
export function vectorUses(): ReadonlyMap<string, readonly string[]> {
  const uses = new Map<string, Set<string>>();
  const files = ROOMS.flatMap((room) =>
    readdirSync(new URL(`${room}/`, ROOT), { recursive: true, encoding: "utf8" }).flatMap((path) => {
      const file = `${room}/${path.replaceAll("\\", "/")}`;
      return file.endsWith(".ts") && !file.includes("node_modules") ? [file] : [];
    }),
  );
  for (const file of files.sort())
    for (const [, name = ""] of readSource(file).matchAll(/(?:\breadVectors\(\s*"|shared\/vectors\/)([a-z0-9-]+)(?:"|\.json)/g)) uses.set(name, (uses.get(name) ?? new Set()).add(file));
  return new Map([...uses].sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, found]) => [name, [...found]]));
}

/** The whole file. */
export function conformanceTable(): string {
  return `# What C2SP asks, and where it is shown

Made by \`npm run conformance\` from tables in \`tools/\`; not to be edited. The documents are those of https://c2sp.org as of 22 July 2026, which are
later than their tagged versions. Each row is something that they ask of logs, readers or witnesses of our kind, in our words; the tests that
show it; and where this program does more, less or something else, why. Rules in brackets are those of \`core/SPEC.md\`.

Not built: \`tlog-mirror\` (its uploads; our mirrors pull tiles, which it allows), \`https-bastion\`, pruning.

${SPECIFICATIONS.map(section).join("\n\n")}

## Vectors of other projects

In the folder \`shared/vectors\` beside the repository; without it the tests with them are left out and say so.

| file | used in |
|---|---|
${[...vectorUses()].map(([name, files]) => `| \`${name}\` | ${files.map(inCode).join("<br>")} |`).join("\n")}
${Object.entries(UNUSED_VECTORS)
  .map(([name, why]) => `| \`${name}\` | Not used. ${why} |`)
  .join("\n")}
`;
}

function section({ name, demands }: Specification): string {
  const rows = demands.map(([force, what, shown, because = ""]) => `| ${force} | ${what} | ${shown.map(([file, title]) => `${inCode(file)}: ${title}`).join("<br>")} | ${because} |`);
  return `## ${name}\n\n| | what | shown by | more, less or otherwise |\n|---|---|---|---|\n${rows.join("\n")}`;
}

function inCode(file: string): string {
  return `\`${file}\``;
}
