import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { charterBytes, type Charter } from "@countersign/core/channel/charter.ts";
import { must } from "./_circle.ts";
import { initialise, nodeFile, readNodeFile, serveNode } from "./config.ts";
import type { PartyPublicKeys } from "./private/keys.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "countersign-config-"));
});
afterEach(async () => rm(folder, { recursive: true }));

const aurelia = { id: "aurelia", name: { en: "Aurelia" }, role: "party", circle: "test" } as const;

describe("a node's folder", () => {
  it("is made once, readable by its owner alone, and never over something else", async () => {
    const directory = join(folder, "aurelia");
    const made = must(await initialise({ directory, ...aurelia, domain: "aurelia.int" }));
    expect(made.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect("log" in made.keys ? made.keys.log.name : "").toBe("aurelia.int/test/log");
    for (const file of ["node.json", "keys/test/root.json", "keys/test/log.json", "keys/test/reading.txt"]) expect((await stat(join(directory, file))).mode & 0o777).toBe(0o600);
    expect(must(await readNodeFile(directory))).toMatchObject({ id: "aurelia", charters: [], peers: [] });
    expect(await initialise({ directory, ...aurelia })).toMatchObject({ ok: false, refusal: { code: "directory-not-empty" } });
    expect(await initialise({ directory: join(folder, "x"), ...aurelia, id: "Not An Id" })).toMatchObject({ ok: false, refusal: { code: "node-name" } });
    const told = JSON.parse(await readFile(join(directory, "public-test.json"), "utf8")) as { keys: PartyPublicKeys };
    expect(told.keys).toEqual(made.keys);
    expect(await readFile(join(directory, "public-test.json"), "utf8")).not.toContain("AGE-SECRET-KEY");
  });

  it("is served as its node.json says, and says in one sentence why it is not", async () => {
    expect(await serveNode(folder)).toMatchObject({ ok: false, refusal: { code: "node-file-missing" } });
    const directories = ["aurelia", "borealis"].map((id) => join(folder, id));
    const keys: PartyPublicKeys[] = [];
    for (const [index, directory] of directories.entries()) {
      const made = must(await initialise({ ...aurelia, directory, id: index === 0 ? "aurelia" : "borealis" }));
      if ("root" in made.keys) keys.push(made.keys);
    }
    const [first, second] = keys;
    if (first === undefined || second === undefined) throw new Error("no keys");
    const charter: Charter = {
      type: "charter", version: 1, nature: "exercise", title: { en: "Test" }, summary: { en: "Test" },
      parties: [{ id: "aurelia", name: { en: "A" }, role: "party", side: "a", keys: first }, { id: "borealis", name: { en: "B" }, role: "party", side: "b", keys: second }],
      sides: [{ id: "a", name: { en: "A" }, mark: "left" }, { id: "b", name: { en: "B" }, mark: "right" }],
      observers: [], statesConcerned: [], cosigning: "all", caps: { bodyFileBytes: 1_000_000 }, tolerances: { clockSeconds: 300, receiveHours: 24 }, rules: 1,
      nonce: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    };
    const directory = directories[0] ?? "";
    const described = must(await readNodeFile(directory));
    const describe = (change: Partial<typeof described>) => writeFile(join(directory, "node.json"), JSON.stringify(nodeFile.parse({ ...described, ...change })));
    await describe({ charters: ["test.json"] });
    expect(await serveNode(directory, { port: 0 })).toMatchObject({ ok: false, refusal: { code: "charter-missing" } });
    await writeFile(join(directory, "charters", "test.json"), charterBytes(charter));
    const served = must(await serveNode(directory, { port: 0 }));
    try {
      expect((await fetch(`${served.address}/api/node`)).status).toBe(401);
      const entered = await fetch(served.deskLink, { redirect: "manual" });
      const cookie = entered.headers.get("set-cookie")?.split(";")[0] ?? "";
      expect(await (await fetch(`${served.address}/api/node`, { headers: { cookie } })).json()).toMatchObject({ id: "aurelia", demonstration: false });
      expect(await serveNode(directory, { port: 0 })).toMatchObject({ ok: false, refusal: { code: "directory-in-use" } });
      await describe({ charters: ["test.json"], peers: [{ id: "borealis", base: "https://borealis.example/countersign" }] });
      const port = Number(new URL(served.address).port);
      await served.close();
      const again = must(await serveNode(directory, { port }));
      expect(await serveNode(directories[1] ?? "", { port })).toMatchObject({ ok: false, refusal: { code: "port-unusable" } });
      await again.close();
    } finally {
      await served.close();
    }
    await writeFile(join(directory, "node.json"), "{}");
    expect(await serveNode(directory)).toMatchObject({ ok: false, refusal: { code: "node-file-malformed" } });
  });
});
