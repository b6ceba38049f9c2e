import { describe, expect, it } from "vitest";
import { readPort, readValues } from "./command.ts";
import { openTerminal } from "./terminal.ts";

const names = { texts: ["dir", "as-of"], lists: ["left"], flags: ["json"] } as const;
const read = (...values: string[]) => readValues<"dir" | "as-of", "json", "left">("try", values, names, 1);
const code = (...values: string[]) => {
  const result = read(...values);
  return result.ok ? "ok" : result.refusal.code;
};

describe("the values of a command", () => {
  it("are read in any order, with = or without", () => {
    const result = read("--json", "file", "--dir", "a", "--left=b", "--left", "c");
    if (!result.ok) throw new Error(result.refusal.sentence);
    const { texts, lists, flags, plain } = result.value;
    expect([texts.get("dir"), texts.get("as-of"), lists.get("left"), flags.has("json"), plain]).toEqual([
      "a",
      undefined,
      ["b", "c"],
      true,
      ["file"],
    ]);
  });

  it("are refused with the command's name when they cannot be meant", () => {
    expect(code("--nothing")).toBe("option-unknown");
    expect(code("-x")).toBe("option-unknown");
    expect(code("--dir")).toBe("option-value");
    expect(code("--dir", "--json")).toBe("option-value");
    expect(code("--dir=")).toBe("option-value");
    expect(code("--json=yes")).toBe("option-value");
    expect(code("--dir", "a", "--dir", "b")).toBe("option-twice");
    expect(code("one", "two")).toBe("value-unknown");
    expect(code("--dir=--odd")).toBe("ok");
    expect(read("--nothing")).toMatchObject({
      refusal: { sentence: "countersign try has no option --nothing. See `countersign try --help`." },
    });
  });

  it("name a port or none", () => {
    expect(readPort(undefined, 8470)).toEqual({ ok: true, value: 8470 });
    expect(readPort("0", 1)).toEqual({ ok: true, value: 0 });
    for (const text of ["65536", "-1", "8o", "", "1e3"]) expect(readPort(text, 1)).toMatchObject({ ok: false });
  });
});

describe("the progress line", () => {
  function shown(isTTY: boolean, times: readonly number[]): string {
    let written = "";
    let time = 0;
    const terminal = openTerminal(
      { write: () => undefined },
      { write: (text) => (written += text), isTTY },
      new AbortController().signal,
      () => time,
    );
    for (const at of times) {
      time = at;
      terminal.progress(`at ${at}`);
    }
    terminal.print("done");
    return written;
  }

  it("stays away from work that is done within a second", () => expect(shown(true, [0, 500, 999])).toBe(""));
  it("is written over on a screen, and taken away", () =>
    expect(shown(true, [0, 1000, 1050, 1100])).toBe("\r\u001b[2Kat 1000\r\u001b[2Kat 1100\r\u001b[2K"));
  it("comes every five seconds elsewhere", () =>
    expect(shown(false, [0, 1000, 3000, 6000, 7000])).toBe("at 1000\nat 6000\n"));
});
