/** Whether this page is served by a demonstration with several nodes or by one party's own node. Asked once. */
import { call } from "@countersign/wire/client.ts";
import { demonstrationEndpoints, type DemonstrationState } from "@countersign/wire/demonstration.ts";
import { endpoints, type NodeFacts } from "@countersign/wire/endpoints.ts";
import { accept, type Result } from "@countersign/core/refusal.ts";

export type World =
  | { readonly kind: "demonstration"; readonly state: DemonstrationState }
  | { readonly kind: "node"; readonly facts: NodeFacts };

let found: Promise<Result<World>> | undefined;

export function findWorld(): Promise<Result<World>> {
  found ??= look().then((result) => {
    // A failure is not remembered, so that "Try again" does.
    if (!result.ok) found = undefined;
    return result;
  });
  return found;
}

/** Where the node's interface is: a demonstration has each node under a path of its own. */
export function baseOf(world: World, node: string): string {
  return world.kind === "demonstration" ? `/nodes/${encodeURIComponent(node)}` : "";
}

async function look(): Promise<Result<World>> {
  const state = await call(demonstrationEndpoints.state, {}, undefined, { base: "" });
  if (state.ok) return accept({ kind: "demonstration", state: state.value });
  const facts = await call(endpoints.node, {}, undefined, { base: "" });
  if (facts.ok) return accept({ kind: "node", facts: facts.value });
  return facts;
}
