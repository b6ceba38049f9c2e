/** `draw` (F9): each side's sealed seed for a joint draw of cells from a frozen list. Both are sealed before either is opened. */
import { z } from "zod";
import { name, sha256Hex } from "../bytes/fields.ts";
import { kind, type Statement, type Statements } from "../channel/kind.ts";
import { seal } from "../declare/commitment.ts";
import { cellsOf } from "../declare/sites.ts";
import { refusal, type Refusal } from "../refusal.ts";
import { authorIsOneOf, notRepeated } from "./announced.ts";
import { designatedInspection, type Designated } from "./designated.ts";
import { intent } from "./intent.ts";

const body = z.strictObject({
  inspection: sha256Hex,
  list: z.array(name).min(1).max(1000),
  count: z.int().min(1).max(1000),
  seed: seal,
});

export const draw = kind("draw", body, allowed, ({ inspection }) => inspection);

/** What both draws of an inspection must name: every cell of the site, in the order of its diagram, and how many the terms let the parties draw. */
export function frozenList({ declared, agreement: { terms } }: Pick<Designated, "declared" | "agreement">): {
  readonly list: readonly string[];
  readonly count: number;
} {
  const list = cellsOf(declared.site, terms).map(({ id }) => id);
  return { list, count: Math.min(terms.detection.drawnCells, list.length) };
}

function allowed(statement: Statement<z.infer<typeof body>>, seen: Statements): Refusal | undefined {
  const designated = designatedInspection(seen, statement.body.inspection);
  if (!designated.ok) return designated.refusal;
  const { inspecting, inspected, declared } = designated.value;
  const refused =
    authorIsOneOf(statement, [inspecting, inspected], "take part in the draw") ??
    notRepeated(statement, seen.about(draw, statement.body.inspection));
  if (refused !== undefined) return refused;
  // A seed that waits for a withheld file could become the first one after the other side's was opened.
  if (statement.files.length > 0)
    return refusal(
      "draw-with-files",
      "A sealed seed carries no files, so that it never waits for one. Leave them out.",
      "files",
    );
  const { list, count } = frozenList(designated.value);
  if (
    list.length !== statement.body.list.length ||
    list.some((cell, position) => cell !== statement.body.list[position])
  )
    return refusal(
      "draw-list-differs",
      `The list of a draw is every cell of ${declared.site.id} in the order of its declared diagram, ${list.length} of them. Take it from the site.`,
      "list",
    );
  if (count !== statement.body.count)
    return refusal(
      "draw-count-differs",
      `The terms have ${count} cells drawn here (drawnCells), not ${statement.body.count}.`,
      "count",
    );
  const { number } = statement.body.seed;
  const used =
    seen
      .about(intent, designated.value.agreement.sha256)
      .some(({ author, body: { choice } }) => author === statement.author && choice.number === number) ||
    seen.of(draw).some(({ author, body: { seed } }) => author === statement.author && seed.number === number);
  if (used)
    return refusal(
      "draw-seal-number-used",
      `${statement.author} has used the seal number ${number} before. Seal the seed again under a new number.`,
      "seed.number",
    );
  return undefined;
}
