/** Two public keys that sign together, as documents write them (SPEC R4). */
import { z } from "zod";
import { base64Of32 } from "../bytes/fields.ts";

const base64 = z.string().regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/);

/** Ed25519 and ML-DSA-44. */
export const publicPair = z.strictObject({
  ed25519: base64Of32,
  mldsa44: base64.length(1752).regex(/[AQgw]==$/, "not 1,312 bytes"),
});
export type PublicPair = z.infer<typeof publicPair>;
