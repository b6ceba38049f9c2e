/**
 * A process of its own that reads a running node's folder again for `read-again.ts`, slowly and behind everything else; it ends with the node.
 * What one reading finds may be the node's own writing meanwhile; what a second one finds again at once, in the same words, is damage.
 */
import { constants, setPriority } from "node:os";
import { setTimeout } from "node:timers/promises";
import { replaceSha256 } from "@countersign/core/bytes/sha256.ts";
import { nativeSha256 } from "../signing.ts";
import { checkFolder, type CheckedFolderOptions } from "./check-folder.ts";

export interface ReadingOrder extends Omit<CheckedFolderOptions, "progress" | "pause"> {
  readonly bytesPerSecond: number;
}

process.once("disconnect", () => process.exit());
process.once("message", (message) => void read(message as ReadingOrder));

async function read({ bytesPerSecond, ...options }: ReadingOrder): Promise<void> {
  replaceSha256(nativeSha256);
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const pause = (bytes: number) => setTimeout((bytes / bytesPerSecond) * 1000);
  const { files, damage } = await checkFolder({ ...options, pause });
  const again = damage.length === 0 ? [] : (await checkFolder({ ...options, pause })).damage;
  process.send?.({ files, damage: again.filter(({ path, what }) => damage.some((one) => one.path === path && one.what === what)) });
}
