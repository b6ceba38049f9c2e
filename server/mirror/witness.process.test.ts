/** An observer's node as a process, killed while a log submits its heads over several connections at once. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { charterBytes } from "@countersign/core/channel/charter.ts";
import { signHead } from "@countersign/core/log/checkpoint.ts";
import { leafHash, MerkleTree } from "@countersign/core/log/merkle.ts";
import { formatAddCheckpoint, readStoredSize } from "@countersign/core/log/witness.ts";
import { parseNote } from "@countersign/core/signing/note.ts";
import { foundTestCircle, must } from "../_circle.ts";
import { freePort, killNodes, runNode } from "../_started-node.ts";
import { partySigners } from "../private/keys.ts";

const ROUNDS = 3;

let folder: string;

afterEach(async () => {
  await killNodes();
  await rm(folder, { recursive: true, force: true });
});

describe("a witness that is killed under load", () => {
  it("R13 remembers every head that it answered, each size once, over all its lives, and cosigns no other version afterwards", async () => {
    folder = await mkdtemp(join(tmpdir(), "countersign-witness-"));
    const circle = await foundTestCircle(["aurelia", "borealis"], ["lookout"]);
    try {
      const { charter, channel } = circle;
      const { log } = must(await partySigners(circle.seat("aurelia").directory, charter.parties[0]!));
      const [tree, other] = [new MerkleTree(), new MerkleTree()];
      for (let index = 0; index < 2000; index += 1) {
        tree.append(leafHash(encodeUtf8(`${index}`)));
        other.append(leafHash(encodeUtf8(`${index === 0 ? "another " : ""}${index}`)));
      }
      const bodyOf = async (tree: MerkleTree, oldSize: number, size: number) => {
        const { name } = log.named;
        const note = must(parseNote(await signHead({ origin: name, size, root: tree.root(size) }, log.signer, name, 1_804_000_000)));
        return formatAddCheckpoint({ oldSize, proof: tree.consistencyProof(oldSize, size), note });
      };
      const port = await freePort();
      const config = join(folder, "lookout.json");
      await writeFile(join(folder, "charter.json"), charterBytes(charter));
      const settings = { id: "lookout", role: "observer", directory: circle.seat("lookout").directory, charter: join(folder, "charter.json"), channel, port, peers: [], says: null };
      await writeFile(config, JSON.stringify(settings));
      const post = async (body: string) => {
        const answer = await fetch(`http://127.0.0.1:${port}/log/${channel}/cosigner/add-checkpoint`, { method: "POST", body });
        return { status: answer.status, text: await answer.text() };
      };
      const sizes: number[] = [];
      const most = () => Math.max(0, ...sizes);

      /** Grows the log by one entry at a time, from whatever the witness says it has, until the witness is gone. */
      const grow = async (answered: () => void): Promise<void> => {
        for (let oldSize = most(); ; ) {
          const answer = await post(await bodyOf(tree, oldSize, oldSize + 1)).catch(() => undefined);
          if (answer === undefined) return;
          expect([200, 409]).toContain(answer.status);
          if (answer.status === 200) sizes.push(oldSize + 1);
          answered();
          oldSize = answer.status === 200 ? oldSize + 1 : must(readStoredSize(answer.text));
        }
      };
      for (let round = 0; round < ROUNDS; round += 1) {
        const kill = await runNode(config);
        if (round > 0) {
          // Size 0 is asked from on purpose: the answer names what is kept.
          const { status, text } = await post(await bodyOf(tree, 0, 1));
          expect(status).toBe(409);
          expect(must(readStoredSize(text))).toBeGreaterThanOrEqual(most());
        }
        let answers = 0;
        const growing: Promise<void>[] = [];
        await new Promise<void>((enough) => {
          for (let writer = 0; writer < 4; writer += 1) growing.push(grow(() => ((answers += 1) > 12 + round ? enough() : undefined)));
        });
        await kill();
        await Promise.all(growing);
      }
      await runNode(config);
      const kept = must(readStoredSize((await post(await bodyOf(tree, 0, 1))).text));
      expect(kept).toBeGreaterThanOrEqual(most());
      expect(new Set(sizes).size).toBe(sizes.length);
      expect(sizes.length).toBeGreaterThan(ROUNDS);
      for (const [oldSize, size] of [[kept, kept], [kept, kept + 1]] as const) expect((await post(await bodyOf(other, oldSize, size))).status).toBe(422);
    } finally {
      await circle.close();
    }
  }, 120_000);
});
