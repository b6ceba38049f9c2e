import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatBytes } from "../bytes/concat.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { readTar, writeTar, type TarMember } from "./tar.ts";

const members: TarMember[] = [
  { path: "manifest.json", bytes: encodeUtf8("{}") },
  { path: "log/aurelia/tile/0/x001/234.p/5", bytes: new Uint8Array(512).fill(7) },
  { path: "empty", bytes: new Uint8Array(0) },
];

const codes = (bytes: Uint8Array) => readTar(bytes).problems.map(({ code }) => code);

/** A header as other programs write it: with another field in place, and a checksum that fits. */
function altered(change: (block: Uint8Array) => void, content = encodeUtf8("x")): Uint8Array {
  const whole = writeTar([{ path: "part", bytes: content }]);
  const block = whole.subarray(0, 512);
  change(block);
  block.set(encodeUtf8("        "), 148);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.set(encodeUtf8(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
  return whole;
}

describe("the archive of a bundle", () => {
  it("R18 reads back what was written", () => {
    const path = fc.stringMatching(/^[a-z0-9_-]{1,20}(\/[a-z0-9_-]{1,20}){0,2}$/);
    const list = fc.uniqueArray(fc.record({ path, bytes: fc.uint8Array({ maxLength: 1100 }) }), {
      selector: (member) => member.path,
      maxLength: 6,
      minLength: 1,
    });
    fc.assert(
      fc.property(list, (written) => {
        const { members: read, problems } = readTar(writeTar(written));
        expect(problems).toEqual([]);
        expect(read.map(({ path: name, bytes }) => ({ path: name, bytes: [...bytes] }))).toEqual(
          written.map(({ path: name, bytes }) => ({ path: name, bytes: [...bytes] })),
        );
      }),
    );
  });

  it("R18 notices one changed bit in every byte", () => {
    const bytes = writeTar(members);
    const content = new Set<number>();
    for (let at = 0, next = 0; next < members.length; next += 1) {
      const size = members[next]?.bytes.length ?? 0;
      for (let index = 0; index < size; index += 1) content.add(at + 512 + index);
      at += 512 + Math.ceil(size / 512) * 512;
    }
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      const { problems } = readTar(changed);
      // The content of a part is held against the manifest, not here.
      if (!content.has(at)) expect(problems.length, `byte ${at}`).toBeGreaterThan(0);
    }
  });

  it("R18 says that a shortened file is cut short, wherever it ends", () => {
    const bytes = writeTar(members);
    for (let length = 1; length < bytes.length; length += 37) {
      const { problems } = readTar(bytes.subarray(0, length));
      expect(
        problems.map(({ code }) => code).some((code) => code === "tar-cut-short" || code === "tar-unknown"),
        `length ${length}`,
      ).toBe(true);
    }
    expect(codes(bytes.subarray(0, bytes.length - 512))).toEqual(["tar-cut-short"]);
  });

  it("R18 refuses links, directories, extensions and devices", () => {
    for (const type of ["1", "2", "3", "5", "7", "x", "g", "L", "K", "\0"])
      expect(codes(altered((block) => block.set(encodeUtf8(type), 156)))).toContain("tar-kind");
  });

  it("R18 refuses paths that leave the folder, and bytes that a path never has", () => {
    for (const path of ["/etc/passwd", "../x", "a/../b", "a//b", "./a", "a/.", "A", "a b", "ü", ""])
      expect(codes(altered((block) => (block.fill(0, 0, 100), block.set(encodeUtf8(path), 0)))), path).toContain(
        "tar-path",
      );
    expect(() => writeTar([{ path: "../x", bytes: new Uint8Array(0) }])).toThrow(TypeError);
    expect(() => writeTar([{ path: "a".repeat(101), bytes: new Uint8Array(0) }])).toThrow(TypeError);
  });

  it("R18 refuses every other spelling of a header", () => {
    const other: ((block: Uint8Array) => void)[] = [
      (block) => block.set(encodeUtf8("0000755\0"), 100),
      (block) => block.set(encodeUtf8("0001750\0"), 108),
      (block) => block.set(encodeUtf8("15000000000\0"), 136),
      (block) => block.set(encodeUtf8("root"), 265),
      (block) => block.set(encodeUtf8("prefix"), 345),
      (block) => block.set(encodeUtf8("ustar  \0"), 257),
    ];
    for (const change of other) expect(codes(altered(change))).toEqual(["tar-header"]);
    expect(codes(altered((block) => block.set(encodeUtf8("77777777777\0"), 124)))).toContain("tar-part-too-large");
  });

  it("R18 refuses a path used twice and bytes after the end", () => {
    const one = writeTar([{ path: "part", bytes: encodeUtf8("x") }]);
    const twice = concatBytes(one.subarray(0, 1024), one);
    expect(codes(twice)).toEqual(["tar-duplicate"]);
    expect(codes(concatBytes(one, new Uint8Array(512)))).toEqual(["tar-trailing"]);
    expect(() =>
      writeTar([
        { path: "a", bytes: new Uint8Array(0) },
        { path: "a", bytes: new Uint8Array(0) },
      ]),
    ).toThrow(TypeError);
  });

  it("R18 says of another file that it is no bundle", () => {
    expect(codes(encodeUtf8("hello ".repeat(500)))).toEqual(["tar-unknown"]);
    expect(codes(new Uint8Array(0))).toEqual(["tar-empty"]);
  });

  it("R18 is a file that the system's tar unpacks", () => {
    const folder = mkdtempSync(join(tmpdir(), "countersign-tar-"));
    try {
      const file = join(folder, "bundle.tar");
      writeFileSync(file, writeTar(members));
      expect(execFileSync("tar", ["-tf", file], { encoding: "utf8" }).trim().split("\n")).toEqual(
        members.map(({ path }) => path),
      );
      execFileSync("tar", ["-xf", file, "-C", folder]);
      expect([...readFileSync(join(folder, "log/aurelia/tile/0/x001/234.p/5"))]).toEqual([
        ...(members[1]?.bytes ?? []),
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
