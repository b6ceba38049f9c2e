/** From whatever address of a node a person has at hand (a page of its desk, a checkpoint, a tile) to that of the bundle which its desk gives out. */
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { call, fillPath } from "@countersign/wire/client.ts";
import { bytePaths, endpoints, type NodeFacts } from "@countersign/wire/endpoints.ts";

export interface BundleAddress {
  readonly address: string;
  /** True if this is not the address that was named: then its path is a node's. */
  readonly ofNode: boolean;
}

const OF_CHANNEL = /^(.*)\/(?:log|api\/channels)\/([0-9a-f]{64})(?:\/|$)/;
const OF_DESK = /^(.*)\/desk\/([a-z][a-z0-9-]*)(?:\/|$)/;
const OF_NODE = /^(|.*\/nodes\/[a-z][a-z0-9-]*)\/?$/;
/** What a node says of itself is short. */
const FACTS_BYTES = 1024 * 1024;

/** An address that names no node's path stays as it is. Asks the node only where its path does not name the channel. */
export async function bundleAddress(named: string, signal: AbortSignal): Promise<Result<BundleAddress>> {
  const url = URL.canParse(named) ? new URL(named) : undefined;
  if (url === undefined) return refuse("address-malformed", `"${named}" is no address. One begins with https:// or http:// and names a host.`);
  const [, before, channel] = OF_CHANNEL.exec(url.pathname) ?? [];
  if (before !== undefined && channel !== undefined) return accept(bundleOf(url.origin + before, channel));
  const [, above, id] = OF_DESK.exec(url.pathname) ?? [];
  const [, root] = OF_NODE.exec(url.pathname) ?? [];
  // A demonstration has each node under a path of its own, a party's node is at the root.
  const bases = above === undefined ? (root === undefined ? [] : [root]) : [`${above}/nodes/${id ?? ""}`, above];
  if (bases.length === 0) return accept({ address: named, ofNode: false });
  for (const base of bases) {
    const facts = await call(endpoints.node, {}, undefined, { base: url.origin + base, signal, limit: FACTS_BYTES });
    if (facts.ok) return chosen(url.origin + base, facts.value, url.searchParams.get("circle") ?? "", named);
    if (facts.refusal.code === "desk-closed") return closed(named);
    if (facts.refusal.code === "unreachable") return refuse("address-unanswered", `Nothing answers at ${url.origin}. See whether it runs, or name the file of a bundle.`);
  }
  // Perhaps a plain web server that has a bundle there.
  return accept({ address: named, ofNode: false });
}

/** A node gives its bundle to its own people alone. */
export function closed<Value>(named: string): Result<Value> {
  return refuse(
    "address-closed",
    `The node at ${new URL(named).origin} gives its record to its own people alone. Save it from the desk, or write it with \`countersign export\` at the node, and name the file.`,
  );
}

function chosen(base: string, { channels, name }: NodeFacts, circle: string, named: string): Result<BundleAddress> {
  const found = channels.filter(({ channel }) => channel.startsWith(circle));
  const [only] = found;
  if (only !== undefined && found.length === 1) return accept(bundleOf(base, only.channel));
  const nodeName = name.en ?? name.ru ?? "";
  if (channels.length === 0) return refuse("address-no-channel", `The node of ${nodeName} at ${named} is in no channel yet.`);
  const all = channels.map(({ channel }) => bundleOf(base, channel).address).join(" ");
  return refuse("address-many-channels", `${named} does not say which channel of the node of ${nodeName} is meant. Name one of: ${all}`);
}

function bundleOf(base: string, channel: string): BundleAddress {
  return { address: base + fillPath(bytePaths.bundle, { channel }), ofNode: true };
}
