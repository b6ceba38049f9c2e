/** A node of the demonstration, with its last path segment: what the desk's address calls it. */
import type { CaseName, DemonstrationState } from "@countersign/wire/demonstration.ts";

export type DemoNode = DemonstrationState["nodes"][number] & { readonly segment: string };

export function nodesOf(state: DemonstrationState, name: CaseName): readonly DemoNode[] {
  return state.nodes
    .filter((node) => node.case === name)
    .map((node) => ({ ...node, segment: node.base.split("/").at(-1) ?? node.id }));
}
