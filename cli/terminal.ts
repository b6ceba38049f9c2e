/** Where a command speaks: results on the standard output, everything else on the error output. */

export interface Terminal {
  /** A result: a person's lines or, with `--json`, one JSON value. */
  print(text: string): void;
  /** A remark that is no result. */
  remark(text: string): void;
  /**
   * What is under way and how far. Shown only once the work has taken a second: on a screen as one line that is written over, else
   * as a line every five seconds.
   */
  progress(text: string): void;
  /** Takes the progress line away. */
  settled(): void;
  /** Set when the person or the system asks to end. */
  readonly signal: AbortSignal;
}

interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
}

const QUIET_MILLISECONDS = 1000;
const SCREEN_MILLISECONDS = 100;
const LINES_MILLISECONDS = 5000;

export function openTerminal(
  output: Output,
  errors: Output,
  signal: AbortSignal,
  now: () => number = () => performance.now(),
): Terminal {
  let since: number | undefined;
  let shown = Number.NEGATIVE_INFINITY;
  let onScreen = false;
  const settled = () => {
    if (onScreen) errors.write("\r\u001b[2K");
    onScreen = false;
    since = undefined;
    shown = Number.NEGATIVE_INFINITY;
  };
  return {
    signal,
    settled,
    print: (text) => (settled(), void output.write(`${printable(text)}\n`)),
    remark: (text) => (settled(), void errors.write(`${printable(text)}\n`)),
    progress: (text) => {
      const time = now();
      since ??= time;
      if (
        time - since < QUIET_MILLISECONDS ||
        time - shown < (errors.isTTY === true ? SCREEN_MILLISECONDS : LINES_MILLISECONDS)
      )
        return;
      shown = time;
      onScreen = errors.isTTY === true;
      const line = printable(text);
      errors.write(onScreen ? `\r\u001b[2K${line}` : `${line}\n`);
    },
  };
}

/**
 * Words of a file or of another party can hold what a terminal obeys, or what turns the order of the letters around it. Such characters
 * are shown by their numbers, spelled as in JSON, so that a JSON value stays the same.
 */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]/gu, (character) =>
    character === "\n" || character === "\t" ? character : `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}
