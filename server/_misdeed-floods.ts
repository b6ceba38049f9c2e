/** For tests: what a party can do to the others with more than anybody needs. What is bounded is counted here; what is noticed stands in the table. */
import { canonicalJson } from "@countersign/core/bytes/canonical.ts";
import { toHex } from "@countersign/core/bytes/hex.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { signRequest } from "./access/request-signature.ts";
import { letterTo, must } from "./_circle.ts";
import { partyOf } from "./_hostile-node.ts";
import { everyone, nobody, type Misdeed } from "./_misdeed-stage.ts";

export const floods: Misdeed[] = [
  {
    what: "Says three hundred times in a row that it has something new, and has nothing",
    act: async ({ hostile, circle, channel }) => {
      const url = `${circle.seat("borealis").base}/log/${channel}/hint`;
      for (let sent = 0; sent < 300; sent += 1) {
        const headers = signRequest("POST", url, "borealis", hostile.keys.node, Math.floor(Date.now() / 1000));
        const { status } = await fetch(url, { method: "POST", headers });
        if (status !== 204) throw new Error(`a hint was answered ${status}`);
      }
    },
    noticed: nobody,
    because: "A hint costs one check of a signature, and all that come within a fifth of a second bring one round.",
  },
  {
    what: "Asks one party for its whole log five hundred times",
    act: async ({ hostile, circle, channel, borealis }) => {
      const url = `${circle.seat("borealis").base}/log/${channel}/borealis/tile/entries/000.p/1`;
      const asked = Array.from({ length: 500 }, async () => {
        const headers = signRequest("GET", url, "borealis", hostile.keys.node, Math.floor(Date.now() / 1000));
        return (await fetch(url, { headers })).arrayBuffer();
      });
      must(await borealis.say(channel, letterTo("carpathia", "Said meanwhile.")));
      await Promise.all(asked);
    },
    noticed: nobody,
    because: "A party may ask for what it may have as often as it likes; whoever answers goes on to say and to take. How much one party asks is not counted.",
  },
  {
    what: "Serves another spoilt head of its log each time",
    act: async ({ hostile, channel, borealis, exchange }) => {
      const sound = await hostile.node.logs(channel).checkpoint("aurelia");
      let times = 0;
      hostile.alter({
        checkpoint: async (log) => {
          if (log !== "aurelia" || sound === undefined) return hostile.node.logs(channel).checkpoint(log);
          const spoilt = sound.slice();
          times += 1;
          spoilt.set(encodeUtf8(String(times).padStart(4, "0")), 60);
          return spoilt;
        },
      });
      for (let round = 0; round < 15; round += 1) await exchange();
      const [note, ...more] = borealis.observations(channel);
      if (more.length > 0 || note?.times !== 15) throw new Error(`${more.length + 1} notes, the first of them ${note?.times} times`);
    },
    noticed: everyone("notes damaged-copy"),
    because: "It is noted once, with how often it came.",
  },
  {
    what: "Serves another older head of another's log each time",
    act: async ({ hostile, channel, borealis, carpathia, exchange }) => {
      const heads: (Uint8Array | undefined)[] = [];
      for (let said = 0; said < 14; said += 1) {
        must(await carpathia.say(channel, letterTo("borealis", `Number ${said}.`)));
        heads.push(await carpathia.logs(channel).checkpoint("carpathia"));
      }
      await hostile.node.exchangeNow();
      await exchange();
      for (const head of heads.toReversed()) {
        hostile.alter({ checkpoint: async (log) => (log === "carpathia" ? head : hostile.node.logs(channel).checkpoint(log)) });
        await borealis.exchangeNow();
      }
      const notes = borealis.observations(channel);
      if (notes.length !== 10 || notes.at(-1)?.times === undefined) throw new Error(`${notes.length} notes are kept`);
      await exchange();
    },
    noticed: everyone("notes rolled-back"),
    because: "Ten notes of one kind are kept of what one node serves of one log; what follows is counted with the last of them, and notes about others have room of their own.",
  },
  {
    what: "Names another proof of a fork each time, none of which holds",
    act: async ({ hostile, circle, channel, borealis }) => {
      const log = partyOf(circle, "carpathia").keys.log;
      const proofs = Array.from({ length: 15 }, (_, number) => canonicalJson({ type: "fork-proof", version: 1, channel, log, head: `${number}`, against: { head: "x" } }));
      const byHash = new Map(proofs.map((proof) => [toHex(sha256(proof)), proof]));
      let fetched = 0;
      for (const [hash] of byHash) {
        hostile.alter({
          forks: () => [{ log: "carpathia", proof: hash }],
          proof: async (asked) => {
            fetched += 1;
            return byHash.get(asked);
          },
        });
        for (let round = 0; round < 2; round += 1) await borealis.exchangeNow();
      }
      if (fetched !== 8) throw new Error(`${fetched} proofs were fetched`);
    },
    noticed: nobody,
    because: "One that did not hold is not fetched again, and after eight none is fetched from that node until a start. It is no note: whoever passes on what it was given has done nothing.",
  },
];
