/** What a command is, and how its values are read. One file a command; `main.ts` lists them. */
import { parseArgs } from "node:util";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import type { Terminal } from "./terminal.ts";

export interface Command {
  readonly name: string;
  /** One line in the list of commands. */
  readonly summary: string;
  /** Everything about it, for `--help`. */
  readonly help: string;
  /** Gives the exit code; a refusal is printed as its one sentence and ends with 2. */
  run(values: readonly string[], terminal: Terminal): Promise<Result<number>>;
}

/** Options by what they take. */
export interface OptionNames<Text extends string, List extends string, Flag extends string> {
  /** A text, once. */
  readonly texts: readonly Text[];
  /** A text, as often as wanted. */
  readonly lists?: readonly List[];
  /** Nothing. */
  readonly flags: readonly Flag[];
}

export interface ReadValues<Text extends string, List extends string, Flag extends string> {
  readonly texts: ReadonlyMap<Text, string>;
  readonly lists: ReadonlyMap<List, readonly string[]>;
  readonly flags: ReadonlySet<Flag>;
  readonly plain: readonly string[];
}

/** Refuses an option that the command does not know, one without its value, and more plain values than `most`. */
export function readValues<Text extends string, Flag extends string, List extends string = never>(
  command: string,
  values: readonly string[],
  names: OptionNames<Text, List, Flag>,
  most = 0,
): Result<ReadValues<Text, List, Flag>> {
  const lists = names.lists ?? [];
  const options = Object.fromEntries([
    ...[...names.texts, ...lists].map((name) => [name, { type: "string" as const, multiple: true }] as const),
    ...names.flags.map((name) => [name, { type: "boolean" as const }] as const),
  ]);
  const seeHelp = `See \`countersign ${command} --help\`.`;
  const read = {
    texts: new Map<Text, string>(),
    lists: new Map<List, string[]>(),
    flags: new Set<Flag>(),
    plain: [] as string[],
  };
  for (const token of parseArgs({ args: [...values], options, allowPositionals: true, strict: false, tokens: true })
    .tokens) {
    if (token.kind === "positional") read.plain.push(token.value);
    if (token.kind !== "option") continue;
    const flag = names.flags.find((name) => name === token.name);
    const text = names.texts.find((name) => name === token.name);
    const list = lists.find((name) => name === token.name);
    if (flag !== undefined) {
      if (token.value !== undefined) return refuse("option-value", `${token.rawName} takes no value. ${seeHelp}`);
      read.flags.add(flag);
      continue;
    }
    if (text === undefined && list === undefined)
      return refuse("option-unknown", `countersign ${command} has no option ${token.rawName}. ${seeHelp}`);
    if (token.value === undefined || token.value === "" || (!token.inlineValue && token.value.startsWith("--")))
      return refuse("option-value", `${token.rawName} needs a value. ${seeHelp}`);
    if (list !== undefined) read.lists.set(list, [...(read.lists.get(list) ?? []), token.value]);
    else if (text !== undefined) {
      if (read.texts.has(text)) return refuse("option-twice", `${token.rawName} is given twice. ${seeHelp}`);
      read.texts.set(text, token.value);
    }
  }
  if (read.plain.length > most)
    return refuse(
      "value-unknown",
      `countersign ${command} does not know what to do with "${read.plain[most] ?? ""}". ${seeHelp}`,
    );
  return accept(read);
}

/** Refuses what is no port; without a text the one given. */
export function readPort(text: string | undefined, otherwise: number): Result<number> {
  if (text === undefined) return accept(otherwise);
  return /^\d{1,5}$/.test(text) && Number(text) < 65_536
    ? accept(Number(text))
    : refuse("port-malformed", `--port takes a number from 0 to 65535, not "${text}".`);
}
