import { hash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { replaceSha256 } from "../bytes/sha256.ts";
import { encodeUtf8, decodeUtf8 } from "../bytes/utf8.ts";
import { foldRecord } from "../channel/fold.ts";
import { kinds } from "../kinds.ts";
import { leafHash, MerkleTree } from "../log/merkle.ts";
import { newBundles, newTiles } from "../log/tiles.ts";
import type { Refusal } from "../refusal.ts";
import type { VerifySignatures } from "../signing/algorithm.ts";
import { nobleVerify } from "../signing/noble.ts";
import { addSignatures, formatNote, parseNote } from "../signing/note.ts";
import { flip, forge } from "./_forge.ts";
import { rememberingVerify, SmallRecord } from "./_small-record.ts";
import { openContainer } from "./container.ts";
import { openBundle } from "./open.ts";
import { readTar } from "./tar.ts";
import { writeBundle, writeReleasedBundle, type WholeBundle } from "./write.ts";

replaceSha256((bytes) => hash("sha256", bytes, "hex"));
const verify = rememberingVerify();
const attachment = encodeUtf8("a paper");
let small: SmallRecord;
let holdings: WholeBundle;
let bundle: Uint8Array;

beforeAll(async () => {
  small = await new SmallRecord({ observer: true }).begin();
  const document = await small.say("aurelia", "sign", { document: "00".repeat(32), what: "document", form: "sign" }, [
    attachment,
  ]);
  await small.say("borealia", "release", { statements: [document] });
  holdings = await small.holdings();
  bundle = written(writeBundle(holdings));
});

function written(result: ReturnType<typeof writeBundle>): Uint8Array {
  if (!result.ok) throw new Error(result.refusal.sentence);
  return result.value;
}

async function problems(bytes: Uint8Array): Promise<string[]> {
  const opened = await openBundle(bytes, { verify });
  return opened.problems.map(({ code, where }) => `${code} ${where ?? ""}`.trim());
}

describe("a whole bundle", () => {
  it("R18 has its parts in their order: manifest, charter, logs, files, hash", () => {
    const paths = readTar(bundle).members.map(({ path }) => path.replace(/[0-9a-f]{64}/, "<hash>"));
    expect(paths).toEqual([
      "manifest.json",
      "charter.json",
      "log/aurelia/checkpoint",
      "log/aurelia/tile/0/000.p/2",
      "log/aurelia/tile/entries/000.p/2",
      "log/borealia/checkpoint",
      "log/borealia/tile/0/000.p/2",
      "log/borealia/tile/entries/000.p/2",
      "files/<hash>",
      "manifest.sha256",
    ]);
  });

  it("R11 keeps in memory no body that this version cannot read, and says the same of it", async () => {
    const record = await new SmallRecord().begin();
    await record.say("aurelia", "from-the-future", { text: "x".repeat(1000) });
    await record.say("aurelia", "release", { statements: [], more: "x".repeat(1000) });
    await record.say("aurelia", "release", { statements: ["00".repeat(32)] });
    const opened = await openBundle(written(writeBundle(await record.holdings())), { verify });
    if (opened.record === undefined) throw new Error("the bundle does not open");
    const { entries } = opened.record.logs.get("aurelia") ?? { entries: [] };
    expect(entries.slice(1).map(({ statement }) => statement?.payload.body)).toEqual([{}, {}, { statements: ["00".repeat(32)] }]);
    expect(foldRecord(opened.record, kinds).inert.map(({ why }) => why.code)).toEqual(["entry-unknown-kind", "entry-body-malformed"]);
  });

  it("R18 opens to the record it was written from", async () => {
    const progress: [number, number][] = [];
    const opened = await openBundle(bundle, { verify, progress: (checked, of) => progress.push([checked, of]) });
    expect(opened.problems).toEqual([]);
    expect(opened.manifest).toMatchObject({
      channel: small.channel,
      nature: "exercise",
      extent: "whole",
      asOf: holdings.asOf,
    });
    expect(opened.record?.logs.get("aurelia")?.entries.map(({ statement }) => statement?.payload.kind)).toEqual([
      "sign",
      "sign",
    ]);
    expect(opened.record?.logs.get("borealia")?.tree.root()).toEqual(small.log("borealia").tree.root());
    expect([...(opened.record?.files ?? [])].map(([, bytes]) => bytes)).toEqual([attachment]);
    expect(opened.branches.map(({ party, cosignedBy }) => [party, cosignedBy.map(({ id }) => id)])).toEqual([
      ["aurelia", ["borealia", "observer"]],
      ["borealia", ["aurelia", "observer"]],
    ]);
    expect(progress).toEqual([
      [2, 4],
      [4, 4],
    ]);
  });

  it("R18 is the same bytes whatever the order of holdings, with unknown lines and unnamed files left out", async () => {
    const branches = holdings.branches.toReversed().map((branch) => {
      const note = parseNote(branch.head);
      if (!note.ok) throw new Error("no note");
      const grease = { name: "elsewhere.example/key", id: "01020304", signature: new Uint8Array(70) };
      return {
        ...branch,
        head: formatNote({ text: note.value.text, signatures: [grease, ...note.value.signatures.toReversed()] }),
      };
    });
    const files = new Map([["ff".repeat(32), encodeUtf8("not in the record")], ...small.files]);
    expect(written(writeBundle({ ...holdings, branches, files }))).toEqual(bundle);
  });

  it("R18 refuses to write a head whose entries are not held", async () => {
    const branches = holdings.branches.map((branch) => ({ ...branch, entries: branch.entries.slice(0, 1) }));
    expect(writeBundle({ ...holdings, branches })).toMatchObject({
      ok: false,
      refusal: { code: "bundle-entries-missing" },
    });
    const swapped = holdings.branches.map((branch) => ({ ...branch, entries: branch.entries.toReversed() }));
    expect(writeBundle({ ...holdings, branches: swapped })).toMatchObject({
      ok: false,
      refusal: { code: "bundle-head-differs" },
    });
  });

  it("R18 holds more than one full tile", async () => {
    const many = await new SmallRecord().begin();
    for (let index = 0; index < 300; index += 1) many.append("aurelia", encodeUtf8(`no statement ${index}`));
    const opened = await openBundle(written(writeBundle(await many.holdings())), { verify });
    expect(opened.problems).toEqual([]);
    expect(opened.record?.logs.get("aurelia")?.entries).toHaveLength(301);
    expect(opened.record?.logs.get("aurelia")?.entries[300]?.problem?.code).toBe("envelope-malformed");
  });
});

describe("a forged bundle, its manifest made to fit", () => {
  it("R18 names the entry that was changed", async () => {
    expect(await problems(forge(bundle, (parts) => flip(parts, "log/borealia/tile/entries/000.p/2", 6000)))).toEqual([
      "entry-differs borealia 1",
    ]);
  });

  it("R18 names the manifest for a byte changed in it, though it stays well formed", () => {
    const text = decodeUtf8(readTar(bundle).members[0]?.bytes ?? new Uint8Array(0)) ?? "";
    const start = 512 + encodeUtf8(text.slice(0, text.indexOf("log/"))).length;
    const changed = bundle.slice();
    changed[start] = "m".charCodeAt(0);
    expect(openContainer(changed).problems.map(({ where }) => where)).toContain("manifest.json");
  });

  it("R18 names the tile that was changed", async () => {
    expect(await problems(forge(bundle, (parts) => flip(parts, "log/borealia/tile/0/000.p/2", 40)))).toEqual([
      "tile-root-differs log/borealia/checkpoint",
    ]);
  });

  it("R13 notices entries, tiles and head that fit each other but are not what the log signed", async () => {
    const forged = forge(bundle, (parts) => {
      const entries = holdings.branches[0]?.entries.toReversed() ?? [];
      const tree = new MerkleTree();
      for (const entry of entries) tree.append(leafHash(entry));
      for (const { path, bytes } of [
        ...newTiles(tree, 0, 2),
        ...newBundles((index) => entries[index] ?? new Uint8Array(0), 0, 2),
      ])
        parts.set(`log/aurelia/${path}`, bytes);
      const checkpoint = decodeUtf8(parts.get("log/aurelia/checkpoint") ?? new Uint8Array(0)) ?? "";
      parts.set(
        "log/aurelia/checkpoint",
        encodeUtf8(checkpoint.replace(/^(.*\n2\n).*$/m, `$1${Buffer.from(tree.root()).toString("base64")}`)),
      );
    });
    expect(await problems(forged)).toEqual([
      "head-line-fails log/aurelia/checkpoint",
      "cosignature-fails log/aurelia/checkpoint",
      "cosignature-fails log/aurelia/checkpoint",
    ]);
  });

  it("R18 refuses a line of an unknown key, a lost line and lines in another order", async () => {
    const relined = (change: (text: string) => string) =>
      problems(
        forge(bundle, (parts) =>
          parts.set(
            "log/aurelia/checkpoint",
            encodeUtf8(change(decodeUtf8(parts.get("log/aurelia/checkpoint") ?? new Uint8Array(0)) ?? "")),
          ),
        ),
      );
    const edit = (change: (lines: string[]) => string[]) => (text: string) => {
      const [head = "", lines = ""] = text.split("\n\n");
      return `${head}\n\n${change(lines.trimEnd().split("\n")).join("\n")}\n`;
    };
    const unknown = (text: string) => {
      const note = parseNote(text);
      return note.ok
        ? formatNote(addSignatures(note.value, [{ name: "elsewhere", id: "01020304", signature: new Uint8Array(70) }]))
        : text;
    };
    expect(await relined(unknown)).toEqual(["head-lines log/aurelia/checkpoint"]);
    expect(await relined(edit((lines) => lines.toReversed()))).toEqual(["head-lines log/aurelia/checkpoint"]);
    expect(await relined(edit((lines) => lines.filter((_, index) => index !== 2)))).toEqual([
      "head-lines log/aurelia/checkpoint",
    ]);
    expect(await relined(edit((lines) => lines.filter((_, index) => index !== 1)))).toEqual([
      "head-line-missing log/aurelia/checkpoint",
      "head-lines log/aurelia/checkpoint",
    ]);
  });

  it("R18 refuses parts that nothing needs, missing parts and another order", async () => {
    expect(await problems(forge(bundle, (parts) => parts.set("log/cimmeria/checkpoint", encodeUtf8("x"))))).toEqual([
      "part-unexpected log/cimmeria/checkpoint",
    ]);
    expect(await problems(forge(bundle, (parts) => parts.set("notes", encodeUtf8("x"))))).toEqual([
      "part-unexpected notes",
    ]);
    expect(await problems(forge(bundle, (parts) => parts.delete("log/aurelia/tile/0/000.p/2")))).toEqual([
      "tile-missing log/aurelia/tile/0/000.p/2",
    ]);
    const file =
      readTar(bundle)
        .members.map(({ path }) => path)
        .find((path) => path.startsWith("files/")) ?? "";
    expect(await problems(forge(bundle, (parts) => parts.delete(file)))).toEqual(["file-missing aurelia 1"]);
    expect(await problems(forge(bundle, (parts) => flip(parts, file, 0)))).toEqual([
      `file-hash ${file}`,
      "file-missing aurelia 1",
    ]);
    const reordered = forge(bundle, (parts) => {
      const charter = parts.get("charter.json") ?? new Uint8Array(0);
      parts.delete("charter.json");
      parts.set("charter.json", charter);
    });
    expect(await problems(reordered)).toEqual(["part-order log/aurelia/checkpoint"]);
  });

  it("R1 notices another charter and another nature", async () => {
    expect(await problems(forge(bundle, () => undefined, { nature: "real" }))).toEqual([
      "nature-differs manifest.json",
    ]);
    expect(await problems(forge(bundle, () => undefined, { channel: "00".repeat(32) }))).toEqual([
      "channel-differs manifest.json",
    ]);
    const retitled = forge(bundle, (parts) =>
      parts.set(
        "charter.json",
        encodeUtf8(
          (decodeUtf8(parts.get("charter.json") ?? new Uint8Array(0)) ?? "").replace(
            "A small channel",
            "A large channel",
          ),
        ),
      ),
    );
    expect(await problems(retitled)).toEqual(["channel-differs manifest.json"]);
  });

  it("R18 refuses fields that the manifest does not have", async () => {
    expect(await problems(forge(bundle, () => undefined, { note: "x" }))).toEqual(["manifest-malformed manifest.json"]);
  });

  it("R2 takes no head that claims more entries than there are parts", async () => {
    const forged = forge(bundle, (parts) => {
      const text = decodeUtf8(parts.get("log/aurelia/checkpoint") ?? new Uint8Array(0)) ?? "";
      parts.set("log/aurelia/checkpoint", encodeUtf8(text.replace("\n2\n", "\n9000000000000000\n")));
    });
    expect(await problems(forged)).toContain("head-beyond-parts log/aurelia/checkpoint");
  });
});

describe("a bundle that claims more than it holds", () => {
  /** The same parts, and heads of further branches that claim as much as all parts together could hold. */
  const claiming = (branches: number, tiles: number) =>
    forge(bundle, (parts) => {
      const text = decodeUtf8(parts.get("log/aurelia/checkpoint") ?? new Uint8Array(0)) ?? "";
      const claim = encodeUtf8(text.replace("\n2\n", `\n${256 * (branches + tiles)}\n`));
      for (let number = 1; number <= branches; number += 1) parts.set(`log/aurelia/branch-${number}/checkpoint`, claim);
      for (let number = 0; number < tiles; number += 1) parts.set(`log/aurelia/branch-1/tile/0/${number}`, new Uint8Array(0));
    });
  const held = async (bytes: Uint8Array) => {
    const { branches, problems: found } = await openBundle(bytes, { verify });
    return { entries: branches.reduce((sum, { log }) => sum + log.entries.length, 0), codes: new Set(found.map(({ code }) => code)) };
  };

  it("R18 costs its reader no more than what is there: a claim is paid for with tiles under its own head", async () => {
    const { entries, codes } = await held(claiming(9, 0));
    expect(entries).toBe(4);
    expect(codes).toContain("head-beyond-parts");
  });

  it("R18 has no entries under a head that neither its tiles nor its entries give", async () => {
    const { entries, codes } = await held(claiming(1, 300));
    expect(entries).toBe(4);
    expect(codes).toContain("tile-missing");
  });

  it("R18 has 103 further branches of a log at most", async () => {
    const found = await problems(claiming(105, 0));
    expect(found).not.toContain("part-unexpected log/aurelia/branch-103/checkpoint");
    for (const number of [104, 105]) expect(found).toContain(`part-unexpected log/aurelia/branch-${number}/checkpoint`);
  });
});

describe("a damaged bundle", () => {
  it("R18 lists every damage, not only the first", async () => {
    const { members } = readTar(bundle);
    const changed = bundle.slice();
    const starts = members.map(({ bytes }) => bytes.byteOffset - bundle.byteOffset);
    for (const part of [2, 4, 7, 8]) {
      const at = (starts[part] ?? 0) + 3;
      changed[at] = (changed[at] ?? 0) ^ 4;
    }
    const found = await problems(changed);
    for (const path of [2, 4, 7, 8].map((part) => members[part]?.path ?? ""))
      expect(found).toContain(`part-hash ${path}`);
    expect(found).toContain("entry-differs borealia 0");
  });
});

describe("an observer's bundle", () => {
  it("R18 holds heads, hash tiles and the released entries, and nothing of the others", async () => {
    const logs = holdings.branches.map(({ party, head }) => ({
      party,
      head,
      tree: small.log(party).tree,
      entries: new Map(party === "aurelia" ? [[1, small.log(party).entries[1] ?? new Uint8Array(0)]] : []),
    }));
    const observed = written(
      writeReleasedBundle({ charter: small.charter, asOf: holdings.asOf, files: holdings.files, logs }),
    );
    expect(readTar(observed).members.map(({ path }) => path)).toContain("released/aurelia/1");
    const opened = await openBundle(observed, { verify });
    expect(opened.problems).toEqual([]);
    expect(
      opened.record?.logs
        .get("aurelia")
        ?.entries.map(({ statement, problem }) => problem?.code ?? statement?.payload.kind),
    ).toEqual(["entry-withheld", "sign"]);
    expect(opened.record?.logs.get("borealia")?.tree.root()).toEqual(small.log("borealia").tree.root());
    expect(await problems(forge(observed, (parts) => flip(parts, "released/aurelia/1", 100)))).toEqual([
      "entry-differs aurelia 1",
      expect.stringContaining("file-unnamed"),
    ]);
  });
});

describe("bits", () => {
  it("R18 notices one changed bit in every byte of a bundle of two statements, whatever its signatures say", async () => {
    const two = written(writeBundle(await (await new SmallRecord().begin()).holdings()));
    expect((await openBundle(two, { verify: nobleVerify })).problems).toEqual([]);
    const anySignature: VerifySignatures = async (checks) => checks.map(() => true);
    const placed = (found: readonly Refusal[]) =>
      found.length > 0 && found.every(({ where }) => where !== undefined && where !== "");
    let state = 20_270_301;
    for (let at = 0; at < two.length; at += 1) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      const bit = 1 << (state >>> 29);
      two[at] = (two[at] ?? 0) ^ bit;
      // Opening begins with the container and adds to what that found; both are run on every 64th byte.
      const found =
        at % 64 === 0 ? (await openBundle(two, { verify: anySignature })).problems : openContainer(two).problems;
      if (!placed(found)) expect.fail(`byte ${at} of ${two.length}, bit ${bit}: ${JSON.stringify(found)}`);
      two[at] = (two[at] ?? 0) ^ bit;
    }
  }, 120_000);
});
