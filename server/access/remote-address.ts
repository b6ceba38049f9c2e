/** From where a request came. */
import { isIP } from "node:net";

/** What the HTTP server hands on beside the request. */
interface Bindings {
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } };
}

/**
 * The address at the other end; where that is this machine, the last one that a proxy here has noted. What others wrote into that header is
 * never looked at. Empty if nobody knows: all such requests count as one address.
 */
export function remoteAddress(request: Request, bindings: unknown): string {
  const direct = (bindings as Bindings | undefined)?.incoming?.socket?.remoteAddress ?? "";
  if (!/^(?:::1|(?:::ffff:)?127\.)/.test(direct)) return direct;
  const noted = request.headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() ?? "";
  return isIP(noted) === 0 ? direct : noted;
}
