/** Sentences in parts, so that a screen can set numbers and fractions apart and a print or a terminal can take the plain words. */

export interface Run {
  readonly kind: "text" | "strong" | "fraction";
  readonly text: string;
}

export function strong(value: string | number): Run {
  return { kind: "strong", text: String(value) };
}

export function fractionRun(text: string): Run {
  return { kind: "fraction", text };
}

/** Tag of a template whose values are words, numbers, runs or lists of runs. Neighbouring text becomes one run. */
export function line(parts: TemplateStringsArray, ...values: readonly (string | number | Run | readonly Run[])[]): Run[] {
  return join(parts.flatMap((part, index): Run[] => {
    const value = values[index];
    const text: Run = { kind: "text", text: part };
    if (value === undefined) return [text];
    if (typeof value === "object") return [text, ...(Array.isArray(value) ? (value as readonly Run[]) : [value as Run])];
    return [text, { kind: "text", text: String(value) }];
  }));
}

/** Sentences one after the other, a space between them; empty ones are left out. */
export function paragraph(...sentences: readonly (readonly Run[])[]): Run[] {
  return join(sentences.filter(({ length }) => length > 0).flatMap((sentence, index) => (index === 0 ? sentence : [{ kind: "text", text: " " } as const, ...sentence])));
}

export function plainText(runs: readonly Run[]): string {
  return runs.map(({ text }) => text).join("");
}

function join(runs: readonly Run[]): Run[] {
  const joined: Run[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    if (run.text === "") continue;
    if (run.kind === "text" && last?.kind === "text") joined[joined.length - 1] = { kind: "text", text: last.text + run.text };
    else joined.push(run);
  }
  return joined;
}
