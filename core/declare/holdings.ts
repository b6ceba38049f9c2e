/** `holdings`: what stands in the spaces of a declared site on a day; spaces not listed are declared empty. */
import { z } from "zod";
import { day, legibleText, name } from "../bytes/fields.ts";
import { kind, type Statement, type Statements } from "../channel/kind.ts";
import { refusal, type Refusal } from "../refusal.ts";
import { site } from "./site.ts";
import { type } from "./type.ts";

const body = z.strictObject({
  site: name,
  on: day,
  items: z
    .array(
      z.strictObject({
        space: name,
        type: name,
        form: name,
        /** Marking on the outside. */ identity: legibleText(80).exactOptional(),
      }),
    )
    .max(1000),
});

export const holdings = kind("holdings", body, allowed, (declared) => declared.site);

function allowed(statement: Statement<z.infer<typeof body>>, seen: Statements): Refusal | undefined {
  const { site: siteId, items } = statement.body;
  const declared = seen.about(site, siteId).findLast(({ author }) => author === statement.author);
  if (declared === undefined)
    return refusal(
      "holdings-site-not-declared",
      `${statement.author} has declared no site "${siteId}". Declare the site first.`,
      "site",
    );
  const spaces = new Set(declared.body.structures.flatMap((structure) => structure.spaces.map(({ id }) => id)));
  for (const [position, item] of items.entries()) {
    if (!spaces.has(item.space))
      return refusal(
        "holdings-unknown-space",
        `The declared diagram of ${siteId} has no space "${item.space}".`,
        `items.${position}.space`,
      );
    const forms = seen.about(type, item.type).at(-1)?.body.forms;
    if (!forms?.some(({ id }) => id === item.form))
      return refusal(
        "holdings-unknown-type",
        `No type "${item.type}" with a form "${item.form}" is declared. Declare the type first.`,
        `items.${position}.type`,
      );
  }
  return undefined;
}
