/** Whether the cells that a report calls drawn are those that both sides' seeds give (SPEC R17): computed again, not believed. */
import type { Kind, Statement, Statements } from "../channel/kind.ts";
import { draw } from "../inspect/draw.ts";
import { drawOpen } from "../inspect/draw-open.ts";
import type { ReportDocument } from "../inspect/report-document.ts";
import { jointDraw } from "./draws.ts";

export interface DrawCheck {
  /** That a seed opens its seal, and saw the other's, is a rule of `draw-open`; here only its outcome is computed. */
  readonly agrees: boolean;
  /** Ids of statements that would be needed and are not held here. */
  readonly notHeld: readonly string[];
}

/** A report without a draw has none that agrees. */
export function checkDraw(state: Statements, { inspection, inspecting, inspected, drawn }: ReportDocument): DrawCheck {
  if (drawn === undefined) return { agrees: false, notHeld: [] };
  const openings = drawn.seeds.flatMap((id) => statementOf(state, id, drawOpen) ?? []);
  const needed = [...drawn.seeds, ...openings.map(({ body }) => body.draw)];
  const notHeld = needed.filter((id) => state.get(id) === undefined);
  const draws = openings.flatMap(({ author, body }) => {
    const found = statementOf(state, body.draw, draw);
    return found?.author === author && found.body.inspection === inspection && body.inspection === inspection ? [found] : [];
  });
  const [first] = draws;
  const both = [inspecting, inspected].every((party) => draws.some(({ author }) => author === party));
  const alike = draws.every(({ body }) => body.count === first?.body.count && same(body.list, drawn.list));
  if (first === undefined || draws.length !== 2 || !both || !alike) return { agrees: false, notHeld };
  const cells = jointDraw(drawn.list, first.body.count, openings.map(({ author, body }) => ({ party: author, value: body.value })), { inspection });
  return { agrees: cells.length > 0 && same(cells.toSorted(), drawn.cells.toSorted()), notHeld };
}

function statementOf<Body>(state: Statements, id: string, kind: Kind<Body>): Statement<Body> | undefined {
  const found = state.get(id);
  return found?.kind === kind.name ? (found as Statement<Body>) : undefined;
}

function same(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name, index) => name === right[index]);
}
