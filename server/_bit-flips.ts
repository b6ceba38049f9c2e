/** Changes one bit, chosen by a seed, in bytes of the smallest bundle with two statements, and verifies the whole bundle each time. */
import { SmallRecord } from "@countersign/core/bundle/_small-record.ts";
import { verifyBundle } from "@countersign/core/bundle/verify.ts";
import { writeBundle } from "@countersign/core/bundle/write.ts";
import { replaceSha256 } from "@countersign/core/bytes/sha256.ts";
import { kinds } from "@countersign/core/kinds.ts";
import { must } from "./_circle.ts";
import { nativeSha256, nativeVerify } from "./signing.ts";

export interface Flips {
  readonly tried: number;
  /** Bytes of the bundle. */
  readonly of: number;
  /** Changes after which the bundle still was whole, or that were named without a place. */
  readonly unnoticed: readonly string[];
}

/** In every `every`th byte, beginning with byte `from`. */
export async function bundleFlips(from: number, every: number): Promise<Flips> {
  replaceSha256(nativeSha256);
  const bundle = must(writeBundle(await (await new SmallRecord().begin()).holdings()));
  const verify = () => verifyBundle(bundle, { verify: nativeVerify, kinds });
  if (!(await verify()).ok) throw new Error("the bundle is not whole before anything was changed");
  const unnoticed: string[] = [];
  let tried = 0;
  for (let at = from; at < bundle.length; at += every) {
    const bit = 1 << (Math.imul(at + 1, 2_654_435_761) >>> 29);
    bundle[at] = (bundle[at] ?? 0) ^ bit;
    const { ok, problems } = await verify();
    if (ok || problems.length === 0 || problems.some(({ where }) => where === "")) unnoticed.push(`byte ${at}, bit ${bit}`);
    bundle[at] = (bundle[at] ?? 0) ^ bit;
    tried += 1;
  }
  return { tried, of: bundle.length, unnoticed };
}
