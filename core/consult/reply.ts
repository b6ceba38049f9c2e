/** `reply`: an answer to a concern. Whether it settles anything is for the parties to say. */
import { z } from "zod";
import { sha256Hex, words } from "../bytes/fields.ts";
import { kind } from "../channel/kind.ts";

export const reply = kind("reply", z.strictObject({ to: sha256Hex, text: words }));
