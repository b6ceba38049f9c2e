/** `countersign keys`: a party's keys as its log gives them, and changing them with the root key while the node rests (SPEC R14). */
import { partyOf, type CharterParty } from "@countersign/core/channel/charter.ts";
import { isStanding, nameOfKey, shortName, type KeyRing, type RingKey } from "@countersign/core/channel/key-ring.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import {
  revokeKey,
  rootSigner,
  ROTATED_ROLES,
  rotatedRole,
  rotateKey,
  type CountersignNode,
  type RotatedRole,
} from "@countersign/server/node.ts";
import { readValues, type Command } from "./command.ts";
import { chooseChannel, readNodeFolder, refuseUnbegun, startResting } from "./resting-node.ts";
import type { Terminal } from "./terminal.ts";

export const keys: Command = {
  name: "keys",
  summary: "list, change and revoke a party's keys",
  help: `
countersign keys --dir D [--channel ID] [--json]
countersign keys --dir D [--channel ID] --rotate ${ROTATED_ROLES.join("|")} [--root FILE] [--json]
countersign keys --dir D [--channel ID] --revoke NAME --last-sound N --why TEXT [--root FILE] [--json]

Works on a node's folder while the node does not run. Without --rotate or --revoke it lists every key that the party ever had.

  --dir D          the node's folder
  --channel ID     needed if the folder has several channels
  --rotate ROLE    make a new key of this role; the one before it is retired. What it signed stays good. \`receive\` is the node's own
  --revoke NAME    others may have held this key. It is retired if it stands, and what it signed after entry N is listed as doubtful
  --last-sound N   number of the last entry of the own log that the key's owner answers for
  --why TEXT       your words; every party reads them
  --root FILE      the root key, if it is kept elsewhere than in the folder, as it should be
  --json           one JSON value

Root and log keys never change: who has lost one goes on in a channel that continues this one (\`countersign init --help\`).
Exit code: 0 done; 2 the input cannot be used.`,

  async run(values, terminal) {
    const read = readValues("keys", values, {
      texts: ["dir", "channel", "rotate", "revoke", "last-sound", "why", "root"],
      flags: ["json"],
    });
    if (!read.ok) return read;
    const { texts, flags } = read.value;
    const act = readAct(texts);
    if (!act.ok) return act;
    const folder = await readNodeFolder(texts.get("dir"));
    if (!folder.ok) return folder;
    const { directory, settings } = folder.value;
    const channel = chooseChannel(folder.value, texts.get("channel"));
    if (!channel.ok) return channel;
    const { id, charter } = channel.value;
    const party = settings.role === "party" ? partyOf(charter, settings.id) : undefined;
    if (party === undefined)
      return refuse(
        "keys-of-party",
        "Only a party's keys can change; an observer's stand for the life of the channel.",
      );
    const begun = await refuseUnbegun(directory, id);
    if (!begun.ok) return begun;
    const node = await startResting({ ...folder.value, channels: [channel.value] });
    if (!node.ok) return node;
    try {
      const place: Place = { directory, channel: id, party, node: node.value, root: texts.get("root") };
      return await perform(place, act.value, flags.has("json"), terminal);
    } finally {
      await node.value.close();
    }
  },
};

type Act =
  | { readonly act: "list" }
  | { readonly act: "rotate"; readonly role: RotatedRole }
  | { readonly act: "revoke"; readonly key: string; readonly lastSound: number; readonly why: string };

interface Place {
  readonly directory: string;
  readonly channel: string;
  readonly party: CharterParty;
  readonly node: CountersignNode;
  readonly root: string | undefined;
}

function readAct(texts: Pick<ReadonlyMap<"rotate" | "revoke" | "last-sound" | "why", string>, "get">): Result<Act> {
  const [rotate, revoke, lastSound, why] = [
    texts.get("rotate"),
    texts.get("revoke"),
    texts.get("last-sound"),
    texts.get("why"),
  ];
  if (rotate !== undefined && revoke !== undefined)
    return refuse("keys-one-act", "One act at a time: --rotate first, so that the role has a key, then --revoke.");
  if (revoke === undefined && (lastSound !== undefined || why !== undefined))
    return refuse("keys-values", "--last-sound and --why belong to --revoke.");
  if (rotate !== undefined) {
    const role = ROTATED_ROLES.find((known) => known === rotate);
    return role === undefined
      ? refuse(
          "keys-role",
          `--rotate takes ${ROTATED_ROLES.join(", ")}, not "${rotate}". Root and log keys never change.`,
        )
      : accept({ act: "rotate", role });
  }
  if (revoke === undefined) return accept({ act: "list" });
  if (lastSound === undefined || !/^\d{1,15}$/.test(lastSound))
    return refuse("keys-last-sound", "--revoke needs --last-sound: the number of the last entry that you answer for.");
  if (why === undefined || why.length > 6000)
    return refuse("keys-why", "--revoke needs --why: your words, at most 6,000 letters.");
  return accept({ act: "revoke", key: revoke, lastSound: Number(lastSound), why });
}

async function perform(place: Place, act: Act, json: boolean, terminal: Terminal): Promise<Result<number>> {
  const { directory, channel, party, node } = place;
  const done: { lines: string[]; facts: Record<string, unknown> } = { lines: [], facts: {} };
  if (act.act !== "list") {
    const root = await rootSigner(directory, party, place.root);
    if (!root.ok) return root;
    if (act.act === "rotate") {
      const rotated = await rotateKey(node, channel, place, act.role, root.value);
      if (!rotated.ok) return rotated;
      const { file, added, retired, index } = rotated.value;
      const name = nameOfKey(added);
      done.facts = { done: "rotated", role: act.role, entry: index, key: name, file, retired };
      done.lines = [
        `Entry ${index} of your log adds the key ${shortName(name)} and retires ${retired.map(shortName).join(", ")}.`,
        `Keep a copy of ${file}; nothing else can replace it.`,
        "Start the node again, or export a bundle: it uses the new key, and the others learn of it with your log.",
        "If others may have held the key before it, say so with --revoke.",
      ];
    } else {
      const { key, lastSound, why } = act;
      const revoked = await revokeKey(node, channel, { key, lastSound, why: { en: why } }, root.value);
      if (!revoked.ok) return revoked;
      done.facts = { done: "revoked", entry: revoked.value.index, key, lastSound };
      done.lines = [
        `Entry ${revoked.value.index} of your log revokes ${shortName(key)}.`,
        `What it signed after entry ${lastSound} is listed as doubtful; those entries keep their effect. Withdraw or repeat what they say where that is needed.`,
        "Start the node again, or export a bundle, so that the others learn of it.",
      ];
    }
    if (place.root === undefined)
      done.lines.push(
        "The root key lies in this folder. Move its file to where no network reaches it, and name it with --root.",
      );
  }
  const ring = node.ring(channel, node.id);
  if (json)
    terminal.print(
      JSON.stringify({ channel, party: party.id, ...done.facts, keys: ring.keys.map(keyFacts) }, undefined, 2),
    );
  else terminal.print([...done.lines, ...(done.lines.length > 0 ? [""] : []), ...listed(ring)].join("\n"));
  return accept(0);
}

function keyFacts(key: RingKey) {
  const { from, until, revoked } = key;
  return {
    role: rotatedRole(key),
    name: nameOfKey(key),
    from,
    until: isStanding(key) ? null : until,
    revokedBy: revoked?.at ?? null,
  };
}

function listed({ party, root, keys: all }: KeyRing): string[] {
  return [
    `Keys of ${party}; root: ${root?.name ?? ""}`,
    ...all.map((key) => `  ${rotatedRole(key).padEnd(10)} ${shortName(nameOfKey(key))}: ${standing(key)}`),
  ];
}

function standing(key: RingKey): string {
  const since = key.from === 0 ? "from the charter" : `from entry ${key.from} on`;
  if (isStanding(key)) return `${since}, stands`;
  return `${since}, ${key.revoked === undefined ? "retired" : "revoked"}, signs nothing from entry ${key.until} on`;
}
