// @ts-check
/**
 * Brings a clone to the point where it can run: packages as the lock file names them, and the built pages. Does only what is
 * missing, so that `npm start` and `npm test` need nothing before them.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { pinnedNode, root, run } from "./run.mjs";

/**
 * `false` when something did not work or was interrupted; it has said so already.
 * @returns {Promise<boolean>}
 */
export async function ready() {
  return (await installed()) && (await built());
}

async function installed() {
  const reason = whatIsMissing();
  if (reason === undefined) return true;
  console.info(`${reason} Installing them as the lock file names them (npm ci) …`);
  const npm = process.env["npm_execpath"];
  // Not the Node inside node_modules: the install replaces it.
  const node = process.env["npm_node_execpath"] ?? process.execPath;
  const values = ["ci", "--no-audit", "--no-fund"];
  const { code } = npm === undefined ? await run("npm", values) : await run(node, [npm, ...values]);
  if (code === 0 && whatIsMissing() === undefined) return true;
  console.error("The packages could not be installed. Run `npm ci` and read what it says.");
  return false;
}

/**
 * Compares npm's own list of what it has put into node_modules with the lock file.
 * @returns {string | undefined}
 */
function whatIsMissing() {
  const lock = packagesOf(join(root, "package-lock.json"));
  const present = packagesOf(join(root, "node_modules", ".package-lock.json"));
  if (present.size === 0) return "The packages are not installed.";
  for (const [place, wanted] of lock) {
    if (place === "" || !place.startsWith("node_modules/") || wanted.link === true || wanted.optional === true)
      continue;
    const found = present.get(place);
    if (found?.version !== wanted.version || found?.integrity !== wanted.integrity)
      return `The package in ${place} is not the one of the lock file.`;
  }
  return existsSync(pinnedNode()) ? undefined : "The pinned Node is not installed.";
}

/**
 * @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean }} LockedPackage
 * @param {string} file
 * @returns {Map<string, LockedPackage>}
 */
function packagesOf(file) {
  if (!existsSync(file)) return new Map();
  return new Map(Object.entries(JSON.parse(readFileSync(file, "utf8")).packages ?? {}));
}

/**
 * The pages are built again when any file that they are made from has changed. `false` when that did not work.
 * @returns {Promise<boolean>}
 */
export async function built() {
  if (!existsSync(join(root, "web", "index.html"))) return true;
  const stamp = join(root, "web", "dist", ".sources");
  const sources = hashOfSources();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === sources) return true;
  console.info("Building the pages …");
  const { code } = await run(pinnedNode(), [
    join(root, "node_modules", "vite", "bin", "vite.js"),
    "build",
    "web",
    "--logLevel",
    "warn",
  ]);
  if (code !== 0) {
    console.error("The pages could not be built. Run `npm run build` and read what it says.");
    return false;
  }
  writeFileSync(stamp, sources);
  return true;
}

function hashOfSources() {
  const hash = createHash("sha256");
  const files = ["web", "core", "wire"].flatMap((room) => filesUnder(join(root, room)));
  for (const file of [...files, join(root, "package-lock.json")].sort())
    hash.update(`${relative(root, file).split(sep).join("/")}\n`).update(readFileSync(file));
  return hash.digest("hex");
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" || entry.name === "dist" ? [] : filesUnder(path);
    return /\.test\.tsx?$|\.md$/.test(entry.name) ? [] : [path];
  });
}
