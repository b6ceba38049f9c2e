/**
 * Test vectors of other projects. They are other people's data and stay outside this repository, in the folder
 * `shared/vectors` beside it; without that folder the tests that need them are left out, and say so.
 */
import { existsSync, readFileSync } from "node:fs";
import type { z } from "zod";

const FOLDER = new URL("../../shared/vectors/", import.meta.url);

/** `undefined` if the file is not there. Throws if it does not have the shape that the test expects. */
export function readVectors<Shape>(name: string, shape: z.ZodType<Shape>): Shape | undefined {
  const file = new URL(`${name}.json`, FOLDER);
  if (existsSync(file)) return shape.parse(JSON.parse(readFileSync(file, "utf8")));
  console.info(`The vectors ${name}.json are not beside this repository; the tests with them are left out.`);
  return undefined;
}
