/** A verdict as lines for a person. Everything in it is in the JSON too. */
import { daySentence, findingSentence, partSentence } from "@countersign/core/assure/sentence.ts";
import type { Finding } from "@countersign/core/assure/finding.ts";
import { plainText } from "@countersign/core/assure/runs.ts";
import type { Instant } from "@countersign/core/bytes/fields.ts";
import { parseInstant } from "@countersign/core/bytes/instant.ts";
import type { LogAcceptance } from "@countersign/core/bundle/trust.ts";
import type { Note } from "@countersign/core/bundle/verdict-note.ts";
import type { VerifiedParty, Verdict } from "@countersign/core/bundle/verify.ts";

export const NATURE = {
  real: "Real channel.",
  reconstruction: "Reconstruction from public sources. Demonstration keys; no government signed this.",
  exercise: "Exercise: invented States and sites.",
} as const;

export function verdictText(verdict: Verdict): string {
  const { channel, nature, asOf, rules, parties, statements, inert, observations, problems, notChecked, findings } =
    verdict;
  return [
    opening(verdict),
    ...(nature === null ? [] : [NATURE[nature]]),
    // Of what does not read nothing is known, and each section begins with a blank line of its own.
    ...(channel === null && asOf === null && parties.length === 0 ? [] : [""]),
    ...(channel === null ? [] : [`Channel     ${channel}`]),
    ...verdict.continues.map(({ channel: before, heads, held }) => `Continues   ${before} from ${heads.map(({ log, size }) => `${log} ${size}`).join(", ")}; its record is ${held ? "in this bundle" : "not here"}`),
    ...(asOf === null ? [] : [`As of       ${asOf}${rules === null ? "" : `, rules ${rules}`}`]),
    ...(parties.length === 0
      ? []
      : [
          `Statements  ${statements} count, ${inert.length} without effect`,
          "",
          "Logs",
          ...parties.flatMap((party) => partyLines(party, asOf)),
        ]),
    ...section("What this rests on", restsOn(verdict)),
    ...section("Problems", problems.map(noteLine)),
    ...section("Observations", observations.map(noteLine)),
    ...section("Not checked", notChecked.map(noteLine)),
    ...section(
      "Without effect",
      inert.map(({ author, index, why }) => `  ${author} ${index}: ${why}`),
    ),
    ...section("Findings", findings.flatMap(findingLines)),
  ].join("\n");
}

function opening({ ok, anchored, channel, problems }: Verdict): string {
  if (!ok) return `Not whole: ${problems.length} ${problems.length === 1 ? "problem" : "problems"}.`;
  return anchored
    ? "Whole, and of the channel that you named. Newer copies may exist."
    : `Consistent in itself; nobody has vouched for channel ${channel ?? ""}. Newer copies may exist.`;
}

/** Three questions that must not be taken for one another. */
function restsOn({ intact, anchoredBy, policy, problems, notChecked }: Verdict): string[] {
  const brought = { channel: "the channel id", "log-keys": "the log keys" } as const;
  const contradicted = problems.some(({ code }) => code === "another-channel" || code === "key-not-trusted");
  const known = anchoredBy.map((what) => brought[what]).join(" and ");
  const unknown = notChecked.some(({ code }) => code === "charter-not-shown") ? "not shown here for all of them, see what was not checked" : "nothing was given to tell";
  return [
    `  Intact                   ${intact ? "every byte, tile, proof and signature in it holds" : "no, see the problems"}`,
    `  Signed by a known party  ${known !== "" ? `by ${known} that you gave` : contradicted ? "no, see the problems" : unknown}`,
    `  Accepted by your policy  ${policy === null ? "no policy was given" : policy.accepted ? `every log's newest head meets the quorum ${policy.quorum}` : `no, the quorum ${policy.quorum} is not met for every log`}`,
    ...(policy?.logs ?? []).flatMap(acceptanceLines),
  ];
}

function acceptanceLines({ log, size, accepted, listed, cosignedBy, missing }: LogAcceptance): string[] {
  const by = cosignedBy.length === 0 ? "nobody it lists" : cosignedBy.join(", ");
  return [
    `    ${log}: ${accepted ? "accepted" : "not accepted"} at ${size} entries, cosigned by ${by}`,
    ...(listed ? [] : [`      the policy does not list both of its log keys`]),
    ...missing.map(
      ({ name, threshold, met, unmet }) =>
        `      ${name} takes ${threshold}, has ${met.length}; without a line that holds: ${unmet.join(", ")}`,
    ),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", title, ...lines];
}

function partyLines({ id, size, root, fingerprints, cosignedBy }: VerifiedParty, asOf: Verdict["asOf"]): string[] {
  const by = cosignedBy.map((cosigned) => `${cosigned.id} (${cosigned.size} entries, ${cosigned.at}${ageOf(cosigned.at, asOf)})`).join(", ");
  return [
    `  ${id}: ${size} entries, root ${root}`,
    `    cosigned by ${by === "" ? "nobody" : by}`,
    `    root key fingerprint ${fingerprints.root.replaceAll(/(.{4})(?=.)/g, "$1 ")}`,
  ];
}

/** How long before the moment of the verdict; nothing where the moment is an earlier one. */
function ageOf(at: Instant, asOf: Verdict["asOf"]): string {
  const seconds = (parseInstant(asOf ?? at) ?? 0) - (parseInstant(at) ?? 0);
  const [days, hours] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600)];
  if (hours < 1) return "";
  return days < 2 ? `, ${hours} h before` : `, ${days} days before`;
}

function noteLine({ where, text }: Note): string {
  return where === "" ? `  ${text}` : `  ${where}: ${text}`;
}

const CLAIM = {
  "item-absent": "the item is absent",
  "launcher-incapable": "the launcher cannot fire it",
  "site-as-declared": "the site is as declared",
} as const;

export function findingLines(finding: Finding): string[] {
  const sentences = [findingSentence(finding, "en"), partSentence(finding, "en"), daySentence(finding, "en")]
    .map(plainText)
    .filter((text) => text !== "");
  return [`  ${finding.site}, ${CLAIM[finding.claim]}: ${finding.verdict}`, ...sentences.map((text) => `    ${text}`)];
}
