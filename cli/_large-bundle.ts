/**
 * `npm run large-bundle -- [--files N] [--megabytes M]`: one party says N letters with a file of M MiB each (100 of 16); then its folder is
 * exported, the bundle verified, and taken into the folder of the other party, each by a process of its own. Prints how long each took and
 * the most memory it held, as the system counts it (Linux alone has that count). Needs four times the bytes on the disk for temporary files.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { noteBody } from "@countersign/core/exchange/_note.ts";
import { readNodeFolder, startResting } from "./resting-node.ts";

const { values } = parseArgs({ options: { files: { type: "string", default: "100" }, megabytes: { type: "string", default: "16" } } });
const [files, megabytes] = [Number(values.files), Number(values.megabytes)];
if (!Number.isSafeInteger(files) || files < 1 || !Number.isSafeInteger(megabytes) || megabytes < 1 || megabytes > 16) {
  console.error("--files takes a number from 1 on, --megabytes one from 1 to 16.");
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "countersign-large-"));
const at = (...path: string[]) => join(folder, ...path);
try {
  for (const id of ["aurelia", "borealia"]) await run("init", "--dir", at(id), "--party", id);
  const sides = ["--left", at("aurelia", "public-keys.json"), "--right", at("borealia", "public-keys.json")];
  await run("init", "--charter", at("charter.json"), "--title", "T", "--summary", "S", "--nature", "exercise", ...sides);
  for (const id of ["aurelia", "borealia"]) await run("init", "--dir", at(id), "--join", at("charter.json"));
  await run("export", "--dir", at("aurelia"), "--out", at("1.tar"));
  await run("import", "--dir", at("borealia"), at("1.tar"));
  await run("export", "--dir", at("borealia"), "--out", at("2.tar"));
  await run("import", "--dir", at("aurelia"), at("2.tar"));
  await sayLetters(at("aurelia"));
  console.log("step,megabytes,seconds,most_resident_megabytes");
  console.log(await measured("export", "--dir", at("aurelia"), "--out", at("large.tar")));
  console.log(await measured("verify", at("large.tar")));
  console.log(await measured("import", "--dir", at("borealia"), at("large.tar")));
  console.log(await measured("export", "--dir", at("borealia"), "--out", at("back.tar")));
} finally {
  rmSync(folder, { recursive: true });
}

async function sayLetters(directory: string): Promise<void> {
  const opened = await readNodeFolder(directory);
  if (!opened.ok) throw new Error(opened.refusal.sentence);
  const [channel] = opened.value.channels;
  const node = await startResting(opened.value);
  if (!node.ok || channel === undefined) throw new Error("the folder does not open");
  for (let count = 0; count < files; count += 1) {
    const data = randomBytes(megabytes * 1024 * 1024).toString("base64");
    const said = await node.value.say(channel.id, {
      kind: "letter",
      body: noteBody(`Number ${count}`),
      files: [{ name: `file-${count}`, type: "application/octet-stream", data }],
    });
    if (!said.ok) throw new Error(said.refusal.sentence);
  }
  await node.value.close();
}

async function measured(...values: string[]): Promise<string> {
  const began = performance.now();
  const most = await run(...values);
  const bundle = values.at(-1) ?? "";
  const size = Math.round(statSync(bundle).size / 1024 ** 2);
  return [values[0], size, ((performance.now() - began) / 1000).toFixed(1), Math.round(most / 1024)].join(",");
}

/** Gives the most memory that the process held, in KiB; 0 where the system does not count. Rejects if it ends with another code than 0. */
function run(...values: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const command = fileURLToPath(new URL("countersign.mjs", import.meta.url));
    const child = spawn(process.execPath, [command, ...values], { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (text: Buffer) => (said += text.toString()));
    let most = 0;
    const look = setInterval(() => (most = Math.max(most, residentPeak(child.pid))), 20);
    child.on("error", reject);
    child.on("close", (code) => {
      clearInterval(look);
      if (code === 0) resolve(most);
      else reject(new Error(`${values.join(" ")} ended with ${code}: ${said}`));
    });
  });
}

/** VmHWM counts from the start of the process, so that looking now and then misses only what came after the last look. */
function residentPeak(pid: number | undefined): number {
  try {
    const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return Number(line?.[1] ?? 0);
  } catch {
    return 0;
  }
}
