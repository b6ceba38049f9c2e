/**
 * A node as a process of its own, for tests that kill it: `node _process-node.ts <config.json>`. Prints `ready`, then for each statement
 * that was answered one line `<index> <id>`.
 */
import { serve } from "@hono/node-server";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { machineClock } from "./clock.ts";
import { startNode } from "./node.ts";

const config = z
  .strictObject({
    id: z.string(),
    directory: z.string(),
    charter: z.string(),
    channel: z.string(),
    port: z.int(),
    peers: z.array(z.strictObject({ id: z.string(), base: z.string() })),
    says: z.string().nullable(),
    role: z.enum(["party", "observer"]).default("party"),
    /** Between one answer and the next statement. */
    pauseMilliseconds: z.int().min(0).default(0),
  })
  .parse(JSON.parse(await readFile(process.argv[2] ?? "", "utf8")));
const { id, directory, channel, port, peers, says, pauseMilliseconds } = config;

const started = await startNode({
  id,
  name: { en: id },
  role: config.role,
  directory,
  clock: machineClock,
  channels: [{ charter: new Uint8Array(await readFile(config.charter)) }],
  peers,
  demonstration: true,
  pullEveryMilliseconds: 50,
});
if (!started.ok) throw new Error(started.refusal.sentence);
serve({ fetch: started.value.app.fetch, port, hostname: "127.0.0.1" }, () => console.log("ready"));

for (let number = 0; says !== null; number += 1) {
  const body = {
    form: "note",
    title: { en: `Letter ${number}` },
    text: { en: "Under load." },
    to: [says],
    answers: [],
    asksReply: false,
    venues: [],
    sources: [],
    confirmed: true,
  };
  const answer = await started.value.say(channel, { kind: "letter", body, files: [] });
  if (answer.ok) console.log(`${answer.value.index} ${answer.value.id}`);
  else if (answer.refusal.code === "entry-before-charter") await new Promise((resolve) => setTimeout(resolve, 20));
  else throw new Error(answer.refusal.sentence);
  if (pauseMilliseconds > 0) await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
}
