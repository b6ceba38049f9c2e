/**
 * `npm run golden -- vX.Y.Z exercise.tar`: keeps the files of a release beside this one, once. The bundle is the exercise as
 * `countersign demo --once` leaves it; the rest follows from it, but for the proof of a fork, which an honest record does not have.
 */
// oxlint-disable-next-line no-restricted-imports -- run by hand at a release; the data here imports nothing of it.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
// oxlint-disable-next-line no-restricted-imports -- run by hand at a release; the data here imports nothing of it.
import { fileURLToPath } from "node:url";
import { rememberingVerify, SmallRecord } from "@countersign/core/bundle/_small-record.ts";
import { openBundle } from "@countersign/core/bundle/open.ts";
import { openHead } from "@countersign/core/log/checkpoint.ts";
import { policyForChannel } from "@countersign/core/log/channel-policy.ts";
import { findFork, forkProofBytes } from "@countersign/core/log/fork.ts";
import { formatPolicy } from "@countersign/core/log/tlog-policy.ts";
import { formatTlogProof } from "@countersign/core/log/tlog-proof.ts";
import { FILES, must, whatItSays } from "./_golden.ts";

const verify = rememberingVerify();
const [version = "", bundleFile = ""] = process.argv.slice(2);
if (!/^v\d+\.\d+\.\d+$/.test(version) || bundleFile === "") {
  console.error("Say the version and the exercise's bundle: npm run golden -- v0.1.0 exercise.tar");
  process.exit(2);
}
const bundle = readFileSync(bundleFile);
const { record, branches } = await openBundle(bundle, { verify });
const [branch] = branches;
const [party] = record?.charter.parties ?? [];
if (record === undefined || branch === undefined || party === undefined) throw new Error("this is no whole bundle");
const tree = record.logs.get(branch.party)?.tree;
const opened = branch.opened;
const extra = branch.leaves.get(0);
if (tree === undefined || opened === undefined || extra === undefined)
  throw new Error("the bundle holds no signed head with its entries");
const entry = formatTlogProof({ index: 0, hashes: tree.inclusionProof(0, opened.head.size), note: opened.note, extra });

const folder = fileURLToPath(new URL(`${version}/`, import.meta.url));
// Fails where the folder is there: what was kept is never changed.
mkdirSync(folder);
const keep = (name: string, bytes: Uint8Array | string) => writeFileSync(folder + name, bytes, { flag: "wx" });
keep(FILES.bundle, bundle);
keep(FILES.policy, formatPolicy(policyForChannel(record.charter)));
keep(FILES.entry, entry);
keep(FILES.fork, await forkProof());
keep(FILES.says, `${JSON.stringify(await whatItSays((name) => readFileSync(folder + name)), undefined, 2)}\n`);

/** Aurelia of the small record tells two stories. */
async function forkProof(): Promise<Uint8Array> {
  const small = await new SmallRecord().begin();
  const { channel, charter } = small;
  const log = small.log("aurelia").keys.log.named;
  const headAfter = async (document: string) => {
    small.rewind("aurelia", 1);
    await small.say("aurelia", "release", { statements: [document] });
    return must(await openHead((await small.branch("aurelia")).head, log, verify));
  };
  const [one, other] = [await headAfter("00".repeat(32)), await headAfter("11".repeat(32))];
  const found = findFork({ channel, charter, log }, one, other);
  if (found === undefined) throw new Error("the two heads do not differ");
  return forkProofBytes(found);
}
