/** `release`: what may become public. A statement is released when every side has released it; an observer gets only those. */
import { z } from "zod";
import { sha256Hex } from "../bytes/fields.ts";
import { kind, type Statements } from "./kind.ts";

export const release = kind("release", z.strictObject({ statements: z.array(sha256Hex).min(1).max(500) }));

/** Ids of the statements that every side of the charter has released. */
export function released(state: Statements): ReadonlySet<string> {
  const bySide = new Map(state.charter.sides.map((side) => [side.id, new Set<string>()]));
  for (const statement of state.of(release)) {
    const side = state.charter.parties.find((party) => party.id === statement.author)?.side;
    if (side !== undefined) for (const id of statement.body.statements) bySide.get(side)?.add(id);
  }
  const [first, ...others] = [...bySide.values()];
  return new Set([...(first ?? [])].filter((id) => others.every((side) => side.has(id))));
}
