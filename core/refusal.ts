/**
 * What a user, a file or another party can cause: a value with a code and one sentence. Exceptions are for bugs.
 *
 * `code` is stable and for machines; `sentence` says what is wrong and what to do; `where` names the place
 * (a field path, a tile, a tar member, `aurelia 41` for an entry).
 */
export interface Refusal {
  readonly code: string;
  readonly sentence: string;
  readonly where?: string;
}

export type Result<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly refusal: Refusal };

export function accept<Value>(value: Value): Result<Value> {
  return { ok: true, value };
}

export function refuse(code: string, sentence: string, where?: string): Result<never> {
  return { ok: false, refusal: refusal(code, sentence, where) };
}

export function refusal(code: string, sentence: string, where?: string): Refusal {
  return where === undefined ? { code, sentence } : { code, sentence, where };
}
