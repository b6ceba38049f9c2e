/**
 * Signed requests between nodes: a small profile of RFC 9421 (HTTP Message Signatures). Covered are method, path and query, the moment
 * on the machine's own clock, a nonce, the key's name, and in `tag` the node that is asked, so that it cannot pass the request
 * on to another one. Ed25519 alone: a request lives for a minute.
 */
import { randomBytes } from "node:crypto";
import { fromBase64, toBase64 } from "@countersign/core/bytes/base64.ts";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import type { VerifySignatures } from "@countersign/core/signing/algorithm.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import type { EdwardsSigner } from "../signing.ts";

/** A request is good for this long, before and after the moment it names. */
export const WINDOW_SECONDS = 60;

/** Each key may make this many requests in a window; more are refused until older ones have lapsed. */
const REQUESTS_IN_WINDOW = 20_000;

const INPUT =
  /^sig=(\("@method" "@path" "@query"\);created=(\d{1,11});nonce="([A-Za-z0-9+/=]{24})";keyid="([^"\\\p{Cc}]{1,255})";alg="ed25519";tag="countersign\/([a-z][a-z0-9-]{0,39})")$/u;
const SIGNATURE = /^sig=:([A-Za-z0-9+/]{86}==):$/;

/** The two headers for a request to the node of `recipient`. `url` is the whole address; `nowSeconds` the machine's clock. */
export function signRequest(
  method: string,
  url: string,
  recipient: PartyId,
  signer: EdwardsSigner,
  nowSeconds: number,
): Record<string, string> {
  const parameters = `("@method" "@path" "@query");created=${nowSeconds};nonce="${toBase64(randomBytes(16))}";keyid="${signer.named.name}";alg="ed25519";tag="countersign/${recipient}"`;
  const signature = signer.sign(signatureBase(method, url, parameters));
  return { "signature-input": `sig=${parameters}`, signature: `sig=:${toBase64(signature)}:` };
}

export interface SignedRequest {
  readonly keyName: string;
}

/** Checks requests to one node and remembers their nonces, so that none is taken twice. */
export class RequestCheck {
  readonly #recipient: PartyId;
  readonly #verify: VerifySignatures;
  readonly #nowSeconds: () => number;
  /** Key name → nonce → when it lapses, oldest first. */
  readonly #seen = new Map<string, Map<string, number>>();

  constructor(
    recipient: PartyId,
    verify: VerifySignatures,
    nowSeconds: () => number = () => Math.floor(Date.now() / 1000),
  ) {
    this.#recipient = recipient;
    this.#verify = verify;
    this.#nowSeconds = nowSeconds;
  }

  /** `keyOf` gives the Ed25519 key (base64) of a key name that may ask, if there is one. */
  async check(request: Request, keyOf: (name: string) => string | undefined): Promise<Result<SignedRequest>> {
    const input = request.headers.get("signature-input");
    const line = request.headers.get("signature");
    if (input === null || line === null)
      return refuse("request-unsigned", "Requests to this path are signed with a node key that the charter names.");
    const [, parameters = "", created = "", nonce = "", keyName = "", recipient = ""] = INPUT.exec(input) ?? [];
    const signature = fromBase64(SIGNATURE.exec(line)?.[1] ?? "");
    if (parameters === "" || signature === undefined || signature.length !== 64)
      return refuse(
        "request-signature-malformed",
        "The request's signature does not follow the profile of RFC 9421 that nodes use.",
      );
    if (recipient !== this.#recipient)
      return refuse("request-for-another", `The request was signed for the node of ${recipient}.`);
    const now = this.#nowSeconds();
    if (Math.abs(now - Number(created)) > WINDOW_SECONDS)
      return refuse(
        "request-lapsed",
        `The request is dated more than ${WINDOW_SECONDS} seconds from this machine's clock. Set both clocks.`,
      );
    const publicKey = fromBase64(keyOf(keyName) ?? "");
    if (publicKey === undefined || publicKey.length !== 32)
      return refuse("request-not-of-channel", "The key that signed the request is none of this channel.");
    const [holds] = await this.#verify([
      { algorithm: "ed25519", publicKey, message: signatureBase(request.method, request.url, parameters), signature },
    ]);
    if (holds !== true) return refuse("request-signature-fails", "The request's signature does not hold.");
    return this.#takeOnce(keyName, nonce, now) ?? accept({ keyName });
  }

  #takeOnce(keyName: string, nonce: string, now: number): Result<never> | undefined {
    const nonces = this.#seen.get(keyName) ?? new Map<string, number>();
    this.#seen.set(keyName, nonces);
    for (const [old, lapses] of nonces) {
      if (lapses >= now) break;
      nonces.delete(old);
    }
    if (nonces.has(nonce))
      return refuse("request-replayed", "This request was answered before. Sign each request anew.");
    if (nonces.size >= REQUESTS_IN_WINDOW)
      return refuse("request-too-many", "This key has asked too often. Wait a minute.");
    // A request dated a minute ahead stays good for two.
    nonces.set(nonce, now + 2 * WINDOW_SECONDS);
    return undefined;
  }
}

/** RFC 9421 section 2.5. An absent query is written `?`. */
function signatureBase(method: string, url: string, parameters: string): Uint8Array {
  const { pathname, search } = new URL(url);
  return encodeUtf8(
    `"@method": ${method.toUpperCase()}\n"@path": ${pathname}\n"@query": ${search === "" ? "?" : search}\n"@signature-params": ${parameters}`,
  );
}
