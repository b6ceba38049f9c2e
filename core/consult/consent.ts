/** `consent`: a host agrees that inspections take place on its soil, with its conditions. */
import { z } from "zod";
import { name, sha256Hex, words } from "../bytes/fields.ts";
import { kind, type Statement, type Statements } from "../channel/kind.ts";
import { siteById } from "../declare/sites.ts";
import { refusal, type Refusal } from "../refusal.ts";

const body = z.strictObject({
  /** SHA-256 of the agreement, signed by all or not yet. */
  agreement: sha256Hex,
  sites: z.array(name).min(1).max(500),
  conditions: z.array(words).max(20),
});

export const consent = kind("consent", body, allowed, ({ agreement }) => agreement);

function allowed(statement: Statement<z.infer<typeof body>>, seen: Statements): Refusal | undefined {
  const other = statement.body.sites.find((id) => siteById(seen, id)?.site.host !== statement.author);
  if (other === undefined) return undefined;
  return refusal(
    "consent-not-on-own-soil",
    `${other} is not declared as a site on the soil of ${statement.author}. A host consents for sites on its own soil.`,
    "sites",
  );
}
