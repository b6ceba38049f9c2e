/** `draw-open` (F9): opens a sealed seed. It counts only if it saw the other side's seal (SPEC R17). */
import { z } from "zod";
import { base64Of32, sha256Hex } from "../bytes/fields.ts";
import { channelOf, kind, type Statement, type Statements } from "../channel/kind.ts";
import { opens } from "../declare/commitment.ts";
import { refusal, type Refusal } from "../refusal.ts";
import { authorIsOneOf, notRepeated } from "./announced.ts";
import { designatedInspection } from "./designated.ts";
import { draw } from "./draw.ts";

const body = z.strictObject({
  inspection: sha256Hex,
  /** The author's own `draw`. */
  draw: sha256Hex,
  /** 32 bytes: this side's half of the seed. The seal is over this text. */
  value: base64Of32,
  nonce: base64Of32,
});

export const drawOpen = kind("draw-open", body, allowed, ({ inspection }) => inspection);

function allowed(statement: Statement<z.infer<typeof body>>, seen: Statements): Refusal | undefined {
  const { inspection, draw: drawId, value, nonce } = statement.body;
  const designated = designatedInspection(seen, inspection);
  if (!designated.ok) return designated.refusal;
  const { inspecting, inspected } = designated.value;
  const refused =
    authorIsOneOf(statement, [inspecting, inspected], "take part in the draw") ??
    notRepeated(statement, seen.about(drawOpen, inspection));
  if (refused !== undefined) return refused;
  const draws = seen.about(draw, inspection);
  const own = draws.find(({ author }) => author === statement.author);
  if (own?.id !== drawId)
    return refusal(
      "draw-open-not-own-draw",
      `${statement.author} opens its own seed of this inspection. Name that draw.`,
      "draw",
    );
  if (!draws.some(({ author }) => author !== statement.author))
    return refusal(
      "draw-open-before-other-seal",
      "A seed is opened only after the other side has sealed its own. Wait for the other draw.",
      "draw",
    );
  if (!opens(channelOf(own, seen), statement.author, own.body.seed, { value, nonce }))
    return refusal(
      "draw-open-seal-differs",
      "This value and nonce do not belong to the sealed seed. Open it as it was made.",
      "nonce",
    );
  return undefined;
}
