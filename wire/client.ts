/** The one client of the JSON endpoints. It checks what it sends and what comes back, and never trusts either (SPEC: bounded, then parsed). */
import { z } from "zod";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { problem, type endpoints } from "./endpoints.ts";

export interface Endpoint<Input extends z.ZodType, Output extends z.ZodType> {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly input: Input;
  readonly output: Output;
}

export type EndpointName = keyof typeof endpoints;

export interface ClientOptions {
  /** Address of the node, without a slash at its end; empty for the page's own. */
  readonly base: string;
  readonly fetch?: typeof fetch;
  readonly signal?: AbortSignal;
  /** Bytes of an answer that are read at most. */
  readonly limit?: number;
}

const DEFAULT_LIMIT = 256 * 1024 * 1024;

/**
 * Calls one endpoint. `parameters` fill the `:names` in its path. Refuses with the node's own problem, with `unreachable` when
 * nothing answers, and with `answer-malformed` when what answers does not follow the table.
 */
export async function call<Input extends z.ZodType, Output extends z.ZodType>(
  endpoint: Endpoint<Input, Output>,
  parameters: Readonly<Record<string, string>>,
  input: z.input<Input>,
  options: ClientOptions,
): Promise<Result<z.output<Output>>> {
  const checked = endpoint.input.safeParse(input);
  if (!checked.success)
    return refuse(
      "request-malformed",
      sentenceOf("This request does not follow its schema", checked.error),
      endpoint.path,
    );
  let response: Response;
  let text: string | undefined;
  try {
    response = await (options.fetch ?? fetch)(addressOf(endpoint, parameters, input, options.base), {
      method: endpoint.method,
      headers:
        endpoint.method === "POST"
          ? { "content-type": "application/json", accept: "application/json" }
          : { accept: "application/json" },
      ...(endpoint.method === "POST" ? { body: JSON.stringify(input) } : {}),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    text = await boundedText(response, options.limit ?? DEFAULT_LIMIT);
  } catch {
    return refuse("unreachable", "The node does not answer. See whether it runs, then try again.", options.base);
  }
  if (text === undefined)
    return refuse("answer-too-large", "The node's answer is larger than is read here.", endpoint.path);
  const json = parseJson(text);
  if (!response.ok) {
    const told = problem.safeParse(json);
    if (!told.success)
      return refuse("answer-malformed", `The node answered ${response.status} without saying why.`, endpoint.path);
    return refuse(told.data.code, told.data.sentence, told.data.where);
  }
  const output = endpoint.output.safeParse(json);
  return output.success
    ? accept(output.data)
    : refuse(
        "answer-malformed",
        sentenceOf("The node's answer does not follow its schema", output.error),
        endpoint.path,
      );
}

/** Reads a body up to a limit in bytes; `undefined` if it is longer. Rejects if the connection breaks. `arrived` hears of bytes as they come. */
export async function boundedBytes(
  response: Response,
  limit: number,
  arrived?: (bytes: number) => void,
): Promise<Uint8Array | undefined> {
  if (response.body === null) return new Uint8Array(0);
  const reader = response.body.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    arrived?.(value.length);
    if (length > limit) {
      await reader.cancel();
      return undefined;
    }
    parts.push(value);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

async function boundedText(response: Response, limit: number): Promise<string | undefined> {
  const bytes = await boundedBytes(response, limit);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

/** The path with its `:names` filled, of an endpoint or one of `bytePaths`. Throws if a value is missing. */
export function fillPath(path: string, values: Readonly<Record<string, string>>): string {
  return path.replaceAll(/:([a-z0-9]+)/gi, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new TypeError(`the path ${path} needs ${name}`);
    return encodeURIComponent(value);
  });
}

function addressOf(
  endpoint: { readonly method: string; readonly path: string },
  parameters: Readonly<Record<string, string>>,
  input: unknown,
  base: string,
): string {
  const path = fillPath(endpoint.path, parameters);
  if (endpoint.method !== "GET" || typeof input !== "object" || input === null) return base + path;
  const query = new URLSearchParams(
    Object.entries(input).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  ).toString();
  return base + path + (query === "" ? "" : `?${query}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sentenceOf(what: string, error: z.ZodError): string {
  const issue = error.issues[0];
  return `${what}: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`.trim();
}
