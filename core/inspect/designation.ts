/** `designation` (F5): the site is named and the sealed choice opened, so that all can compare. Early is refused; late is shown. */
import { z } from "zod";
import { base64Of32, name, sha256Hex, type PartyId } from "../bytes/fields.ts";
import { addHours } from "../bytes/instant.ts";
import { channelOf, kind, type Statement, type Statements } from "../channel/kind.ts";
import { consent } from "../consult/consent.ts";
import { opens } from "../declare/commitment.ts";
import { siteById } from "../declare/sites.ts";
import { refusal, type Refusal } from "../refusal.ts";
import { announcedInspection, authorIsOneOf, notRepeated, type Announced } from "./announced.ts";
import { arrival, arrivedAt } from "./arrival.ts";
import { intent } from "./intent.ts";

const body = z.strictObject({ inspection: sha256Hex, site: name, nonce: base64Of32 });

export const designation = kind("designation", body, allowed, ({ inspection }) => inspection);

function allowed(statement: Statement<z.infer<typeof body>>, seen: Statements): Refusal | undefined {
  const announced = announcedInspection(seen, statement.body.inspection);
  if (!announced.ok) return announced.refusal;
  const notice = announced.value.intent;
  return (
    authorIsOneOf(statement, [notice.author], "name the site") ??
    notRepeated(statement, seen.about(designation, notice.id)) ??
    inTime(statement, seen, announced.value) ??
    siteCanBeNamed(statement, seen, announced.value) ??
    sealIsOpened(statement, seen, announced.value)
  );
}

function inTime(
  statement: Statement<z.infer<typeof body>>,
  seen: Statements,
  { intent: notice, agreement }: Announced,
): Refusal | undefined {
  const arrived = seen.about(arrival, notice.id)[0];
  if (arrived === undefined)
    return refusal(
      "designation-before-arrival",
      "The site is named after the team has arrived. State the arrival first.",
      "inspection",
    );
  const { designationFromHours } = agreement.terms.access;
  const earliest = addHours(arrivedAt(arrived), designationFromHours);
  if (statement.at >= earliest) return undefined;
  return refusal(
    "designation-too-early",
    `The site may be named from ${earliest} on, ${designationFromHours} hours after arrival (designationFromHours), not at ${statement.at}.`,
    "at",
  );
}

function siteCanBeNamed(
  statement: Statement<z.infer<typeof body>>,
  seen: Statements,
  { intent: notice, agreement, inspectable }: Announced,
): Refusal | undefined {
  const declared = siteById(seen, statement.body.site);
  if (declared === undefined || !inspectable.includes(declared.owner))
    return refusal(
      "designation-site-not-declared",
      `${statement.body.site} is no site that ${inspectable.join(" or ")} has declared. Name a declared one.`,
      "site",
    );
  const { host } = declared.site;
  const consented =
    host === undefined ||
    seen
      .about(consent, agreement.sha256)
      .some(({ author, body: { sites } }) => author === host && sites.includes(declared.site.id));
  if (!consented)
    return refusal(
      "designation-without-consent",
      `${declared.site.id} stands on the soil of ${host}, which has not consented to inspections there. Ask ${host} first.`,
      "site",
    );
  const quota = agreement.terms.quotas.find(
    ({ inspecting, inspected }) => inspecting === notice.author && inspected === declared.owner,
  );
  const named = designatedSites(seen, agreement.sha256, notice.author, declared.owner);
  if (quota === undefined || named.length >= quota.inspections)
    return refusal(
      "designation-quota-used",
      `The terms give ${notice.author} ${quota?.inspections ?? 0} inspections at sites of ${declared.owner}, and ${named.length} are named. None is left under quotas.`,
      "quotas",
    );
  if (!named.includes(declared.site.id) && new Set(named).size >= quota.siteCount)
    return refusal(
      "designation-other-site",
      `The terms let ${notice.author} inspect ${quota.siteCount} sites of ${declared.owner}, and others are named already: ${[...new Set(named)].join(", ")}.`,
      "site",
    );
  return undefined;
}

function sealIsOpened(
  statement: Statement<z.infer<typeof body>>,
  seen: Statements,
  { intent: notice }: Announced,
): Refusal | undefined {
  const { site, nonce } = statement.body;
  if (opens(channelOf(notice, seen), notice.author, notice.body.choice, { value: site, nonce })) return undefined;
  return refusal(
    "designation-seal-differs",
    `The notice sealed another choice than ${site} with this nonce. Open the seal ${notice.body.choice.number} as it was made.`,
    "nonce",
  );
}

/** The sites named so far in inspections of one party by another, one entry an inspection. */
function designatedSites(
  seen: Statements,
  agreement: string,
  inspecting: PartyId,
  inspected: PartyId,
): readonly string[] {
  const notices = new Set(
    seen.about(intent, agreement).flatMap(({ id, author }) => (author === inspecting ? [id] : [])),
  );
  const owners = new Map<string, PartyId | undefined>();
  return seen.of(designation).flatMap(({ body: { inspection, site } }) => {
    if (!notices.has(inspection)) return [];
    if (!owners.has(site)) owners.set(site, siteById(seen, site)?.owner);
    return owners.get(site) === inspected ? [site] : [];
  });
}
