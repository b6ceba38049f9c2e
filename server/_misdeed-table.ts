/** `docs/misdeeds.md`, made from the table that the tests play: `npm run misdeeds` writes it, and a test compares. */
import { misdeeds } from "./_misdeeds.ts";

const WORDS: ReadonlyMap<string, string> = new Map([
  ["proves two heads", "a proof: two signed heads"],
  ["proves head against statement", "a proof: a signed head and a signed statement"],
  ["does not cover", "does not cosign it"],
]);

/** The whole file. */
export function misdeedTable(): string {
  const rows = misdeeds.map(({ what, noticed: { borealis, carpathia, lookout }, because }) =>
    [what, JSON.stringify(borealis) === JSON.stringify(carpathia) ? [cell(borealis), "the same"] : [cell(borealis), cell(carpathia)], cell(lookout), because].flat(),
  );
  return `# What a party can do to the others, and what they have of it

Made by \`npm run misdeeds\` from the table that \`server/misdeeds.test.ts\` plays; not to be edited. Aurelia, Borealis and Carpathia are parties,
Lookout is an observer. Each row begins with an honest circle. Then Aurelia, with its own keys and its own node, does what the first column
says, the others exchange heads, and the row says what each of them has by then. A node that stalls or trickles is tried in
\`server/mirror/slow-peers.test.ts\`.

- *A proof* is a document that names Aurelia's log and holds by itself (SPEC R15): whoever has nothing but the file comes to the same.
- *Notes* are observations. They say what a node saw and accuse nobody.
- *Without effect* is an entry that stays in Aurelia's log and is listed with this reason (SPEC R11).
- *Does not cosign it* means that the node keeps to the head of Aurelia's log that it had.

In every row it was tried that no proof exists against anyone else, that no note names an honest party, that letters between Borealis and
Carpathia go on to have effect at both, that each cosigns the other's log to its newest head and so does Lookout, and, where no other
party's entry is said to be without effect, that both fold the same of each other's logs.

| Aurelia | Borealis | Carpathia | Lookout | why that is enough, or what is missing |
|---|---|---|---|---|
${rows.map((row) => `| ${row.join(" | ")} |`).join("\n")}
`;
}

function cell(codes: readonly string[]): string {
  return codes.length === 0 ? "nothing" : codes.map(inWords).join("; ");
}

function inWords(code: string): string {
  const [, verb = "", rest = ""] = /^(inert|notes|refuses) (.+)$/.exec(code) ?? [];
  const honest = rest.endsWith(" of the honest");
  const named = `\`${rest.replace(" of the honest", "")}\``;
  if (verb === "inert") return `${honest ? "another party's entry without effect" : "without effect"}: ${named}`;
  if (verb !== "") return `${verb} ${named}`;
  const words = WORDS.get(code);
  if (words === undefined) throw new Error(`no words for ${code}`);
  return words;
}
