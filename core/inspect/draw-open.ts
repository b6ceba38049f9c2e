/** `draw-open` (F9): opens a sealed seed. It counts only if it saw the other side's seal (SPEC R17). */
import { z } from "zod";
import { base64Of32, sha256Hex } from "../bytes/fields.ts";
import { kind } from "../channel/kind.ts";

export const drawOpen = kind("draw-open", z.strictObject({ inspection: sha256Hex, draw: sha256Hex, /** 32 bytes: this side's half of the seed. */ value: base64Of32, nonce: base64Of32 }));
