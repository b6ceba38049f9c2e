/** Files of a node's folder whose damage `fsck` need not notice: changed or gone, they cost time and nothing else (SPEC R12). */

export interface NotChecked {
  /** Matches paths under the node's folder. */
  readonly path: RegExp;
  readonly why: string;
}

export const NOT_CHECKED: readonly NotChecked[] = [
  { path: /^view\//, why: "Which signatures were checked: sealed under the node's key. What does not open is passed over, and the signatures are checked again." },
  { path: /(?:^|\/)\.temporary\//, why: "What a killed process left half written: cleared away by the next start, and read by nobody." },
  { path: /^damaged\//, why: "What a repair moved aside: kept for people, and damaged already." },
  { path: /^\.?lock$/, why: "Which process uses the folder: made anew by each start." },
  { path: /^node\.json$/, why: "The operator's settings, meant to be edited. Another id starts no node; another address of a peer is a node that does not answer." },
  { path: /^public-keys[a-z0-9-]*\.json$/, why: "What was sent to the others before the charter. The charter has it; it is read by nobody after that." },
  { path: /^policies\//, why: "Follows from the charter, for other programs. A changed one fails to accept; `init --join` writes it again." },
];

export function isNotChecked(path: string): boolean {
  return NOT_CHECKED.some((one) => one.path.test(path));
}
