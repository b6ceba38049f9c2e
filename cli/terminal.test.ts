import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openTerminal } from "./terminal.ts";

function onPaper() {
  const written = { output: "", errors: "" };
  const to = (name: keyof typeof written) => ({ write: (text: string) => void (written[name] += text) });
  const terminal = openTerminal(to("output"), to("errors"), new AbortController().signal, () => 0);
  return { terminal, written };
}

describe("what a command says", () => {
  test("leaves letters of any language, line breaks and tabs as they are", () => {
    const { terminal, written } = onPaper();
    terminal.print("Отчёт\tתקן 報告\nsecond line");
    expect(written.output).toBe("Отчёт\tתקן 報告\nsecond line\n");
  });

  test("shows characters that a terminal would obey, or that turn letters around, by their numbers", () => {
    const { terminal, written } = onPaper();
    terminal.print("key \u001b]0;title\u0007 \u009b2J \r end \u202egnp.exe");
    terminal.remark("\u001b[2K all is well \u2066hidden\u2069");
    expect(written.output).toBe("key \\u001b]0;title\\u0007 \\u009b2J \\u000d end \\u202egnp.exe\n");
    expect(written.errors).toBe("\\u001b[2K all is well \\u2066hidden\\u2069\n");
  });

  test("prints a JSON value that reads as the same value, whatever text is in it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const { terminal, written } = onPaper();
        terminal.print(JSON.stringify({ text }, null, 2));
        expect(JSON.parse(written.output)).toEqual({ text });
        expect(written.output).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      }),
      { numRuns: 300, seed: 7 },
    );
  });
});
