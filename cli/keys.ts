/** `countersign keys`: a party's keys as its log gives them, and changing them with the root key while the node rests (SPEC R14). */
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { channelId, partyOf, readCharter, type Charter, type CharterParty } from "@countersign/core/channel/charter.ts";
import { isStanding, nameOfKey, shortName, type KeyRing, type RingKey } from "@countersign/core/channel/key-ring.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import {
  machineClock,
  revokeKey,
  rootSigner,
  ROTATED_ROLES,
  rotatedRole,
  rotateKey,
  startNode,
  type CountersignNode,
  type RotatedRole,
} from "@countersign/server/node.ts";
import { readValues, type Command } from "./command.ts";
import { readCharters, readNodeFile, type NodeFile } from "./node-folder.ts";
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

Root and log keys never change: who has lost one founds a new channel.
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
    const folder = texts.get("dir");
    if (folder === undefined) return refuse("folder-missing", "Name the node's folder with --dir.");
    const directory = resolve(folder);
    const settings = await readNodeFile(directory);
    if (!settings.ok) return settings;
    const charter = await chooseCharter(directory, texts.get("channel"));
    if (!charter.ok) return charter;
    const party = settings.value.role === "party" ? partyOf(charter.value.charter, settings.value.id) : undefined;
    if (party === undefined)
      return refuse(
        "keys-of-party",
        "Only a party's keys can change; an observer's stand for the life of the channel.",
      );
    const node = await startResting(directory, settings.value, charter.value);
    if (!node.ok) return node;
    try {
      const place: Place = {
        directory,
        channel: channelId(charter.value.charter),
        party,
        node: node.value,
        root: texts.get("root"),
      };
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

interface ChosenCharter {
  readonly bytes: Uint8Array;
  readonly charter: Charter;
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

async function chooseCharter(directory: string, channel: string | undefined): Promise<Result<ChosenCharter>> {
  const files = await readCharters(directory);
  if (!files.ok) return files;
  const charters: ChosenCharter[] = [];
  for (const bytes of files.value) {
    const charter = readCharter(bytes);
    if (!charter.ok) return charter;
    if (channel === undefined || channelId(charter.value) === channel) charters.push({ bytes, charter: charter.value });
  }
  const [first, second] = charters;
  if (first === undefined)
    return refuse(
      "channel-unknown",
      `${directory} holds no ${channel === undefined ? "charter" : "charter of that channel"}.`,
    );
  return second === undefined
    ? accept(first)
    : refuse("channel-missing", "This folder has several channels. Name one with --channel.");
}

/** Under the folder's lock, asking nobody and saying nothing by itself. */
async function startResting(
  directory: string,
  { id, name, role }: NodeFile,
  { bytes, charter }: ChosenCharter,
): Promise<Result<CountersignNode>> {
  const begun = await stat(join(directory, "logs", channelId(charter))).then(
    () => true,
    () => false,
  );
  if (!begun) return refuse("log-not-begun", "The log of this channel has not begun. Run `countersign serve` first.");
  return startNode({
    id,
    name,
    role,
    directory,
    clock: machineClock,
    channels: [{ charter: bytes }],
    peers: [],
    demonstration: false,
    pullEveryMilliseconds: 0,
    acknowledges: false,
  });
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
        "Start the node again: it uses the new key, and the others learn of it when they next exchange.",
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
        "Start the node again, so that the others learn of it.",
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
