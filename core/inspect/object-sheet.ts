/** `object-sheet` (F10): what was done to each space, when, by which agreed method, and what was seen. A space's newest sheet counts. */
import { z } from "zod";
import { instant, legibleText, name, sha256Hex, words } from "../bytes/fields.ts";
import { kind, type Statement, type Statements } from "../channel/kind.ts";
import { refusal, type Refusal } from "../refusal.ts";
import { authorIsOneOf, notAhead } from "./announced.ts";
import { designatedInspection, spacesExist, type Designated } from "./designated.ts";

export const sheet = z.strictObject({
  space: name,
  state: z.enum(["seen", "covered", "not-shown", "refused"]),
  /** Named by the terms; present exactly when the state is `seen`. */
  method: name.exactOptional(),
  at: instant,
  recognised: z.enum(["item", "none", "not-recognisable"]),
  identity: legibleText(80).exactOptional(),
  remark: words.exactOptional(),
});
export type Sheet = z.infer<typeof sheet>;

const body = z.strictObject({ inspection: sha256Hex, sheets: z.array(sheet).min(1).max(500) });

export const objectSheet = kind("object-sheet", body, allowed, ({ inspection }) => inspection);

function allowed(statement: Statement<z.infer<typeof body>>, seen: Statements): Refusal | undefined {
  const designated = designatedInspection(seen, statement.body.inspection);
  if (!designated.ok) return designated.refusal;
  const { sheets } = statement.body;
  const spaces = sheets.map(({ space }) => space);
  const refused =
    authorIsOneOf(statement, [designated.value.inspecting], "record what was seen") ??
    spacesExist(statement, designated.value.declared, spaces);
  if (refused !== undefined) return refused;
  if (new Set(spaces).size !== spaces.length)
    return refusal(
      "object-sheet-space-twice",
      "One statement has two sheets for one space. Keep the one that holds.",
      "sheets",
    );
  for (const [position, one] of sheets.entries()) {
    const wrong =
      methodFits(one, `sheets.${position}`, designated.value) ??
      notAhead(statement, seen, one.at, `sheets.${position}.at`);
    if (wrong !== undefined) return wrong;
    if (one.at < designated.value.designation.at)
      return refusal(
        "object-sheet-before-designation",
        `The site was named at ${designated.value.designation.at}; the sheet of ${one.space} is dated ${one.at}.`,
        `sheets.${position}.at`,
      );
  }
  return undefined;
}

function methodFits(
  { space, state, method }: Sheet,
  where: string,
  { agreement: { terms } }: Designated,
): Refusal | undefined {
  if (state !== "seen")
    return method === undefined
      ? undefined
      : refusal(
          "object-sheet-method-unseen",
          `${space} is recorded as ${state}, so no method was applied. Leave the method out, or record it as seen.`,
          `${where}.method`,
        );
  if (method === undefined)
    return refusal(
      "object-sheet-method-missing",
      `${space} was seen; the sheet must name by which method of the terms.`,
      `${where}.method`,
    );
  if (!terms.methods.some(({ id }) => id === method))
    return refusal(
      "object-sheet-unknown-method",
      `The terms have no method "${method}". They name ${terms.methods.map(({ id }) => id).join(", ")}.`,
      `${where}.method`,
    );
  return undefined;
}
