import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { BodyFiles } from "./body-files.ts";

const nameOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

function stored() {
  const disk = new Map<string, Uint8Array>();
  const read: string[] = [];
  const files = new BodyFiles((sha256) => {
    read.push(sha256);
    return disk.get(sha256);
  });
  const put = (bytes: Uint8Array): string => {
    disk.set(nameOf(bytes), bytes);
    files.add(nameOf(bytes), bytes.length);
    return nameOf(bytes);
  };
  return { disk, read, files, put };
}

describe("files on the disk", () => {
  test("R6 their sizes are known without reading them, and what is not held is not looked for", () => {
    const { files, put, read } = stored();
    const name = put(new Uint8Array(1000));
    expect([files.has(name), files.sizeOf(name), files.size, [...files.keys()]]).toEqual([true, 1000, 1, [name]]);
    expect([files.has("00"), files.sizeOf("00"), files.get("00")]).toEqual([false, undefined, undefined]);
    expect(read).toEqual([]);
    expect([...files]).toEqual([[name, new Uint8Array(1000)]]);
  });

  test("R6 a few of those read last stay in memory, whatever there is in all", () => {
    const { files, put, read } = stored();
    const names = Array.from({ length: 20 }, (_, number) => put(new Uint8Array(1024 * 1024).fill(number)));
    for (const name of names) files.get(name);
    read.length = 0;
    files.get(names.at(-1) ?? "");
    expect(read).toEqual([]);
    for (const name of names) files.get(name);
    expect(read.length).toBeGreaterThan(10);
    expect(read).toContain(names[0]);
  });

  test("R15 a file that was changed or taken away on this machine is damage, never other bytes", () => {
    const { files, put, disk } = stored();
    const name = put(new Uint8Array([1, 2, 3]));
    disk.set(name, new Uint8Array([1, 2, 4]));
    expect(() => files.get(name)).toThrow("taken away or changed");
    disk.delete(name);
    expect(() => files.get(name)).toThrow("taken away or changed");
  });
});
