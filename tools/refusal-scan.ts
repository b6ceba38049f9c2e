/**
 * Every refusal that the program can make, read from its source: the calls of `refuse` and `refusal` and of functions that take a `code` and a
 * `sentence` and hand them on. A call that cannot be read this way is named, so that nothing is passed over in silence.
 */

export interface FoundRefusal {
  readonly code: string;
  /** Sentences with `…` where something is filled in; several where the source chooses. */
  readonly sentences: readonly string[];
  /** `core/log/tiles.ts`. */
  readonly file: string;
  /** The expressions that are filled in. */
  readonly filled: readonly string[];
}

export interface Scan {
  readonly found: readonly FoundRefusal[];
  /** `file:line` of calls that are neither read nor hand on a refusal made elsewhere. */
  readonly unread: readonly string[];
}

type Token = { readonly kind: "word" | "text" | "sign"; readonly value: string; readonly at: number; readonly filled?: readonly string[] };

export function scanSource(file: string, source: string): Scan {
  const tokens = tokensOf(source);
  const makers = new Set(["refuse", "refusal", ...handersOn(tokens)]);
  const texts = namedTexts(tokens);
  const found: FoundRefusal[] = [];
  const unread: string[] = [];
  for (const [position, token] of tokens.entries()) {
    if (token.kind !== "word" || !makers.has(token.value) || tokens[position + 1]?.value !== "(") continue;
    const values = valuesOf(tokens, position + 1);
    const [code = [], sentence = []] = values;
    if (isDeclaration(values) || handsOn(code)) continue;
    const codes = code.filter(({ kind }) => kind === "text").map(({ value }) => value).filter((value) => /^…?-?[a-z][a-z0-9-]+$/.test(value));
    const name = sentence.length === 1 && sentence[0]?.value === "sentence" ? nameOfMaker(tokens, position) : undefined;
    const sentences = name === undefined ? sentencesOf(sentence, texts) : callsOf(tokens, name).flatMap((values) => sentencesOf(values[0] ?? [], texts));
    if (codes.length === 0 || sentences.length === 0) unread.push(`${file}:${source.slice(0, token.at).split("\n").length}`);
    else for (const one of codes) found.push({ code: one, sentences, file, filled: sentence.flatMap(({ filled = [] }) => filled) });
  }
  return { found, unread };
}

/** Parameters, not values: `code: string, sentence: string`. */
function isDeclaration(values: readonly (readonly Token[])[]): boolean {
  return values[0]?.[1]?.value === ":" && values[0][2]?.value === "string";
}

/** The code of a refusal that was made elsewhere, or the parameter of a function that hands on. */
function handsOn(code: readonly Token[]): boolean {
  return code.at(-1)?.value === "code" && code.every(({ kind }) => kind !== "text");
}

/** Functions of this file whose first parameters are `code` and `sentence`. */
function handersOn(tokens: readonly Token[]): string[] {
  const names: string[] = [];
  for (const [position, token] of tokens.entries()) {
    if (token.value !== "(" || tokens[position + 1]?.value !== "code" || tokens[position + 2]?.value !== ":") continue;
    if (tokens[position + 5]?.value !== "sentence") continue;
    const before = tokens[position - 1];
    const name = before?.value === "=" || before?.value === ":" ? tokens[position - 2] : before;
    if (name?.kind === "word") names.push(name.value);
  }
  return names;
}

/** The function around this call that takes the sentence alone: `const malformed = (sentence: string) => …`. */
function nameOfMaker(tokens: readonly Token[], position: number): string | undefined {
  for (let at = position; at > 0; at -= 1) {
    if (tokens[at]?.value !== "(" || tokens[at + 1]?.value !== "sentence" || tokens[at + 2]?.value !== ":") continue;
    const before = tokens[at - 1];
    return before?.value === "=" ? tokens[at - 2]?.value : before?.value;
  }
  return undefined;
}

function callsOf(tokens: readonly Token[], name: string): Token[][][] {
  return [...tokens.entries()]
    .filter(([position, { value }]) => value === name && tokens[position + 1]?.value === "(")
    .map(([position]) => valuesOf(tokens, position + 1));
}

/** Texts that have a name in this file, or that a function of this file gives. */
function namedTexts(tokens: readonly Token[]): ReadonlyMap<string, readonly string[]> {
  const named = new Map<string, string[]>();
  let current: string | undefined;
  for (const [position, token] of tokens.entries()) {
    if (["const", "function", "let"].includes(token.value) && tokens[position + 1]?.kind === "word") current = tokens[position + 1]?.value;
    if (token.kind === "text" && current !== undefined && isSentence(token.value))
      named.set(current, [...(named.get(current) ?? []), token.value]);
  }
  return named;
}

function sentencesOf(tokens: readonly Token[], texts: ReadonlyMap<string, readonly string[]>): string[] {
  const joined: string[] = [];
  for (const [position, token] of tokens.entries()) {
    if (token.kind !== "text" || tokens[position - 2]?.value === "startsWith") continue;
    if (tokens[position - 1]?.value === "+" && joined.length > 0) joined.push(`${joined.pop()}${token.value}`);
    else if (isSentence(token.value)) joined.push(token.value);
  }
  if (joined.length > 0) return joined;
  if (tokens.at(-1)?.value === "sentence" && tokens.at(-2)?.value === ".") return ["…"];
  return tokens.flatMap(({ kind, value }) => (kind === "word" ? (texts.get(value) ?? []) : []));
}

function isSentence(text: string): boolean {
  return text.includes(" ") && text.length > 12;
}

/** The values of the call whose bracket opens at `open`, each as its tokens. */
function valuesOf(tokens: readonly Token[], open: number): Token[][] {
  const values: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens.slice(open)) {
    if (token.kind === "sign" && "([{".includes(token.value)) depth += 1;
    if (token.kind === "sign" && ")]}".includes(token.value)) depth -= 1;
    if (depth === 0) break;
    if (depth === 1 && token.value === "," && token.kind === "sign") values.push([]);
    else if (depth > 1 || token.value !== "(") values.at(-1)?.push(token);
  }
  return values;
}

/** Words, texts and signs; comments and regular expressions are left out. What a template fills in becomes `…`. */
function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const rest = source.slice(at, at + 2);
    const char = source[at] ?? "";
    if (/\s/.test(char)) at += 1;
    else if (rest === "//") at = endOf(source, "\n", at);
    else if (rest === "/*") at = endOf(source, "*/", at + 2);
    else if (char === '"' || char === "'") {
      const end = closing(source, at, char);
      tokens.push({ kind: "text", value: source.slice(at + 1, end).replaceAll(/\\(.)/g, "$1"), at });
      at = end + 1;
    } else if (char === "`") {
      const { text, filled, end } = template(source, at);
      tokens.push({ kind: "text", value: text, at, filled });
      at = end;
    } else if (char === "/" && beginsPattern(tokens.at(-1))) at = patternEnd(source, at);
    else {
      const word = /^[A-Za-z_$#][\w$]*/.exec(source.slice(at, at + 100))?.[0];
      tokens.push({ kind: word === undefined ? "sign" : "word", value: (word ?? char).replace(/^#/, ""), at });
      at += word?.length ?? 1;
    }
  }
  return tokens;
}

function endOf(source: string, mark: string, from: number): number {
  const found = source.indexOf(mark, from);
  return found === -1 ? source.length : found + mark.length;
}

function closing(source: string, from: number, quote: string): number {
  let at = from + 1;
  while (at < source.length && source[at] !== quote) at += source[at] === "\\" ? 2 : 1;
  return at;
}

/** A template from its first backtick; templates within what is filled in are passed over with it. */
function template(source: string, from: number): { text: string; filled: string[]; end: number } {
  let text = "";
  const filled: string[] = [];
  let at = from + 1;
  while (at < source.length && source[at] !== "`") {
    if (source[at] === "\\") {
      text += source[at + 1] ?? "";
      at += 2;
    } else if (source.startsWith("${", at)) {
      const end = filledEnd(source, at + 2);
      filled.push(source.slice(at + 2, end - 1));
      at = end;
      text += "…";
    } else text += source[at++] ?? "";
  }
  return { text, filled, end: at + 1 };
}

function filledEnd(source: string, from: number): number {
  let depth = 1;
  let at = from;
  while (at < source.length && depth > 0) {
    const char = source[at] ?? "";
    if (char === "`") at = template(source, at).end;
    else if (char === '"' || char === "'") at = closing(source, at, char) + 1;
    else {
      depth += char === "{" ? 1 : char === "}" ? -1 : 0;
      at += 1;
    }
  }
  return at;
}

/** After a value a slash divides; anywhere else it begins a regular expression. */
function beginsPattern(before: Token | undefined): boolean {
  if (before === undefined) return true;
  if (before.kind === "word") return ["return", "typeof", "case", "in", "of"].includes(before.value);
  return before.kind === "sign" && !")]}".includes(before.value) && !/\d/.test(before.value);
}

function patternEnd(source: string, from: number): number {
  let inSet = false;
  for (let at = from + 1; at < source.length; at += 1) {
    const char = source[at];
    if (char === "\\") at += 1;
    else if (char === "[") inSet = true;
    else if (char === "]") inSet = false;
    else if (char === "\n" || (char === "/" && !inSet)) return at + 1;
  }
  return source.length;
}
