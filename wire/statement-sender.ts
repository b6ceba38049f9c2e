/**
 * Says statements over a line that may break. A request that was not answered is sent again under its own key, and the node makes one statement
 * of it however often it comes (SPEC R12).
 */
import { toHex } from "@countersign/core/bytes/hex.ts";
import type { Result } from "@countersign/core/refusal.ts";
import { call, type ClientOptions } from "./client.ts";
import { endpoints, type StatementAnswer, type StatementRequest } from "./endpoints.ts";

/** Milliseconds before it is sent again by itself. */
const PAUSES: readonly number[] = [400, 1600];

/** Nobody answered, or somebody on the way did. */
const BROKEN = ["unreachable", "answer-malformed", "answer-too-large"];
/** After these the statement may stand in the log although the answer says nothing of it. */
const UNDECIDED = [...BROKEN, "node-failed", "request-cut-short", "log-not-written"];
/** Requests whose answer is not known, kept at most. */
const KEPT = 8;

export class StatementSender {
  readonly #options: ClientOptions;
  readonly #pauses: readonly number[];
  /** By what is asked: asking for it once more before an answer came is the same request. */
  readonly #unanswered = new Map<string, string>();

  constructor(options: ClientOptions, pauses = PAUSES) {
    this.#options = options;
    this.#pauses = pauses;
  }

  /** As `call` of `say`; refuses `unreachable` only after several attempts. The next call with the same request goes on with the same key. */
  async say(channel: string, request: Omit<StatementRequest, "key">): Promise<Result<StatementAnswer>> {
    const asked = JSON.stringify([channel, request]);
    const key = this.#unanswered.get(asked) ?? toHex(crypto.getRandomValues(new Uint8Array(16)));
    this.#keep(asked, key);
    for (let attempt = 0; ; attempt += 1) {
      const answer = await call(endpoints.say, { channel }, { ...request, key }, this.#options);
      const code = answer.ok ? undefined : answer.refusal.code;
      if (code === undefined || !UNDECIDED.includes(code)) {
        this.#unanswered.delete(asked);
        return answer;
      }
      const pause = this.#pauses[attempt];
      if (pause === undefined || !BROKEN.includes(code) || this.#options.signal?.aborted === true) return answer;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  #keep(asked: string, key: string): void {
    this.#unanswered.set(asked, key);
    const [oldest] = this.#unanswered.keys();
    if (this.#unanswered.size > KEPT && oldest !== undefined) this.#unanswered.delete(oldest);
  }
}
