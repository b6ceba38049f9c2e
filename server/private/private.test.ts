import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Decrypter, Encrypter } from "age-encryption";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { charterParty } from "@countersign/core/channel/charter.ts";
import { commitment, opens } from "@countersign/core/declare/commitment.ts";
import { must } from "../_circle.ts";
import { lockDirectory } from "../journal/directory-lock.ts";
import { MemoryStore } from "../objects/memory.ts";
import { nativeVerify } from "../signing.ts";
import { Drafts } from "./drafts.ts";
import { EncryptedStore, storageKey } from "./encrypted-store.ts";
import { createKeys, createObserverKeys, observerSigners, partySigners } from "./keys.ts";
import { Seals } from "./seals.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "countersign-private-"));
});
afterEach(async () => rm(folder, { recursive: true }));

const party = (keys: unknown) => charterParty.parse({ id: "aurelia", name: { en: "Aurelia" }, role: "party", keys });

describe("keys", () => {
  it("R14 are one for each role, made once, and found again by the public halves in a charter", async () => {
    const made = must(await createKeys(folder, "aurelia", "exercise"));
    const pairs = [made.root, ...made.statement.map(({ key }) => key), made.log, made.mirror];
    expect(new Set([...pairs.map(({ pair }) => pair.ed25519), made.node.ed25519]).size).toBe(6);
    expect(new Set(pairs.map(({ pair }) => pair.mldsa44)).size).toBe(5);
    expect(made.log.name).toBe("aurelia.example/exercise/log");
    expect(made.statement.map(({ kinds }) => kinds)).toEqual(["all-but-receive", ["receive"]]);
    expect(must(await createKeys(folder, "aurelia", "exercise"))).toEqual(made);
    const other = must(await createKeys(folder, "aurelia", "second"));
    const signers = must(await partySigners(folder, party(other)));
    expect(signers.log.named).toEqual(other.log);
    const message = encodeUtf8("x");
    const signed = await signers.log.signer.sign(message);
    expect(
      await nativeVerify([
        {
          algorithm: "ed25519",
          publicKey: new Uint8Array(Buffer.from(other.log.pair.ed25519, "base64")),
          message,
          signature: signed.ed25519,
        },
      ]),
    ).toEqual([true]);
    expect(await partySigners(await mkdtemp(join(folder, "x")), party(other))).toMatchObject({
      ok: false,
      refusal: { code: "keys-missing" },
    });
    const observer = must(await createObserverKeys(folder, "lookout", "watch"));
    expect(
      must(await observerSigners(folder, { id: "lookout", name: { en: "L" }, ...observer })).witness.named,
    ).toEqual(observer.witness);
    expect(await createKeys(folder, "aurelia", "../up")).toMatchObject({ ok: false, refusal: { code: "circle-name" } });
    for (const [domain, help] of [["мид.рф", "xn--d1ahl.xn--p1ai"], ["a b", "ASCII"], ["", "ASCII"], ['a"b', "ASCII"]] as const)
      expect(await createKeys(folder, "aurelia", "third", domain)).toMatchObject({ ok: false, refusal: { code: "key-domain", sentence: expect.stringContaining(help) } });
  });

  it("R14 the node needs no root key, and refuses a key file that others can read", async () => {
    const made = must(await createKeys(folder, "aurelia", "exercise"));
    await rm(join(folder, "keys", "exercise", "root.json"));
    must(await partySigners(folder, party(made)));
    await chmod(join(folder, "keys", "exercise", "mirror.json"), 0o644);
    expect(await partySigners(folder, party(made))).toMatchObject({
      ok: false,
      refusal: { code: "key-open-to-others" },
    });
    await chmod(join(folder, "keys", "exercise", "mirror.json"), 0o600);
    await writeFile(join(folder, "keys", "exercise", "mirror.json"), "{}");
    expect(await partySigners(folder, party(made))).toMatchObject({ ok: false, refusal: { code: "key-unreadable" } });
  });

  it("R6 the reading key opens what was encrypted to its recipient", async () => {
    const made = must(await createKeys(folder, "aurelia", "exercise"));
    const encrypter = new Encrypter();
    encrypter.addRecipient(made.reading ?? "");
    const decrypter = new Decrypter();
    decrypter.addIdentity((await readFile(join(folder, "keys", "exercise", "reading.txt"), "utf8")).trim());
    expect(await decrypter.decrypt(await encrypter.encrypt("for Aurelia alone"), "text")).toBe("for Aurelia alone");
  });
});

describe("what is private", () => {
  it("R17 is unreadable on disk, bound to its place, and lost without its key", async () => {
    const key = must(await storageKey(folder));
    expect(must(await storageKey(folder))).toEqual(key);
    const store = new MemoryStore();
    const secrets = new EncryptedStore(store, key, "channel");
    await secrets.put("a", encodeUtf8("fallback line"));
    await secrets.put("a", encodeUtf8("fallback line"));
    const bytes = (await store.get("a")) ?? new Uint8Array(0);
    expect(Buffer.from(bytes).includes("fallback")).toBe(false);
    expect(must(await secrets.get("a"))).toEqual(encodeUtf8("fallback line"));
    expect(must(await secrets.get("b"))).toBeUndefined();
    await store.putNew("b", bytes);
    const refused = { ok: false, refusal: { code: "private-unreadable" } };
    expect(await secrets.get("b")).toMatchObject(refused);
    expect(await new EncryptedStore(store, key, "other").get("a")).toMatchObject(refused);
    expect(await new EncryptedStore(store, new Uint8Array(32), "channel").get("a")).toMatchObject(refused);
    for (const [place, name] of [
      [0, "c"],
      [5, "d"],
      [20, "e"],
      [bytes.length - 1, "f"],
    ] as const) {
      const changed = bytes.slice();
      changed[place] = (changed[place] ?? 0) ^ 1;
      await store.putNew(name, changed);
      expect(await secrets.get(name)).toMatchObject(refused);
    }
    await store.putNew("short", bytes.slice(0, 20));
    expect(await secrets.get("short")).toMatchObject(refused);
  });

  it("R17 seals are numbered, kept before they are given out, and open again", async () => {
    const secrets = new EncryptedStore(new MemoryStore(), new Uint8Array(32).fill(1), "channel");
    const channel = "0".repeat(64);
    const seals = must(await Seals.open(secrets, channel, "aurelia"));
    const made = await Promise.all([seals.seal("site-7"), seals.seal("site-7"), seals.seal()]);
    expect(made.map(({ number }) => number)).toEqual([0, 1, 2]);
    expect(new Set(made.map((seal) => seal.commitment)).size).toBe(3);
    const again = must(await Seals.open(secrets, channel, "aurelia"));
    for (const seal of made) expect(opens(channel, "aurelia", seal, must(again.open(seal.commitment)))).toBe(true);
    expect(commitment(channel, "borealis", 0, must(again.open(made[0]?.commitment ?? "")))).not.toBe(
      made[0]?.commitment,
    );
    expect(again.open("f".repeat(64))).toMatchObject({ ok: false, refusal: { code: "seal-unknown" } });
    expect((await again.seal()).number).toBe(3);
  });

  it("drafts are kept under their ids, up to a number, and dropped", async () => {
    const secrets = new EncryptedStore(new MemoryStore(), new Uint8Array(32).fill(1), "channel");
    const drafts = must(await Drafts.open(secrets));
    const note = (id: string) => ({ id, kind: "letter", title: { en: id }, saved: "2027-03-11T02:07:00Z", body: {} });
    await Promise.all(Array.from({ length: 200 }, (_, index) => drafts.save(note(`d${index}`))));
    expect(await drafts.save(note("one-more"))).toMatchObject({ ok: false, refusal: { code: "drafts-full" } });
    must(await drafts.save({ ...note("d7"), body: { changed: 1 } }));
    expect(await drafts.drop("d8")).toBe(true);
    expect(await drafts.drop("d8")).toBe(false);
    const again = must(await Drafts.open(secrets));
    expect(again.all).toHaveLength(199);
    expect(again.all.find(({ id }) => id === "d7")?.body).toEqual({ changed: 1 });
  });
});

describe("the lock of a folder", () => {
  it("keeps a second user out, and is taken over from a process that is gone", async () => {
    const lock = must(await lockDirectory(folder));
    expect(await lockDirectory(folder)).toMatchObject({ ok: false, refusal: { code: "directory-in-use" } });
    await lock.release();
    expect(await readdir(folder)).toEqual([".lock"]);
    for (const stale of ["999999999 1", `${process.ppid} 1`, `${process.pid} 1`, "", "nonsense"]) {
      await writeFile(join(folder, "lock"), stale);
      await must(await lockDirectory(folder)).release();
    }
  });
});
