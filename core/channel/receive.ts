/** `receive`: written by a node itself within a minute; its `seen` is what it says (SPEC R10). */
import { z } from "zod";
import { kind } from "./kind.ts";

export const receive = kind("receive", z.strictObject({}));
