/** Consents of hosts, and concerns with their replies. */
import type { PartyId } from "../bytes/fields.ts";
import { otherSide } from "../channel/charter.ts";
import type { BodyOf, Statement, Statements } from "../channel/kind.ts";
import { agreementInForce } from "../terms/in-force.ts";
import { concern } from "./concern.ts";
import { consent } from "./consent.ts";
import { reply } from "./reply.ts";

export interface Concern {
  readonly statement: Statement<BodyOf<typeof concern>>;
  /** Whose answer it waits for: who owes the obligation, or made the statement, that it is about; otherwise the other side. */
  readonly addressed: readonly PartyId[];
  readonly replies: readonly Statement<BodyOf<typeof reply>>[];
  /** One of the addressed has replied. Whether that settles it is for the parties to say. */
  readonly answered: boolean;
}

/** In record order. */
export function consents(state: Statements): readonly Statement<BodyOf<typeof consent>>[] {
  return state.of(consent);
}

/** The newest consent of this host that names the site, under this agreement. */
export function consentFor(
  state: Statements,
  agreement: string,
  host: PartyId,
  site: string,
): Statement<BodyOf<typeof consent>> | undefined {
  return state.about(consent, agreement).findLast(({ author, body }) => author === host && body.sites.includes(site));
}

/** In record order. */
export function concerns(state: Statements): readonly Concern[] {
  const obligations = agreementInForce(state)?.terms.obligations ?? [];
  return state.of(concern).map((statement): Concern => {
    const { about, obligation } = statement.body;
    const owers = obligations.find(({ id }) => id === obligation)?.owedBy ?? [];
    const maker = about === undefined ? undefined : state.get(about)?.author;
    const meant = [...owers, ...(maker === undefined ? [] : [maker])].filter((party) => party !== statement.author);
    const addressed =
      meant.length > 0 ? [...new Set(meant)] : otherSide(state.charter, statement.author).map(({ id }) => id);
    const replies = state.about(reply, statement.id);
    return { statement, addressed, replies, answered: replies.some(({ author }) => addressed.includes(author)) };
  });
}
