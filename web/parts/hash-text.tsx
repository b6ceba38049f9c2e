/** A hash or key id in groups of four, as people read it aloud. */
import { fromBase64 } from "@countersign/core/bytes/base64.ts";
import { toHex } from "@countersign/core/bytes/hex.ts";
import styles from "./parts.module.css";

/** `groups`: how many groups of four to show from its beginning; all without it. */
export function inGroups(hex: string, groups?: number): string {
  const all = hex.match(/.{1,4}/g) ?? [];
  return (groups === undefined ? all : all.slice(0, groups)).join(" ");
}

export function HashText({ hex, groups }: { readonly hex: string; readonly groups?: number }) {
  return (
    <bdi className={styles["hash"]} title={hex}>
      {inGroups(hex, groups)}
    </bdi>
  );
}

/** A root as heads carry it, in hexadecimal. */
export function hexOfRoot(base64: string): string {
  const bytes = fromBase64(base64);
  return bytes === undefined ? base64 : toHex(bytes);
}
