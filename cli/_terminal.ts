/** For tests: a terminal that keeps what was said. */
import type { Terminal } from "./terminal.ts";

export interface RecordingTerminal extends Terminal {
  readonly printed: string[];
  readonly remarks: string[];
  end(): void;
}

export function recordingTerminal(onPrint: (text: string) => void = () => undefined): RecordingTerminal {
  const printed: string[] = [];
  const remarks: string[] = [];
  const ending = new AbortController();
  return {
    printed,
    remarks,
    signal: ending.signal,
    end: () => ending.abort(),
    print: (text) => {
      printed.push(text);
      onPrint(text);
    },
    remark: (text) => void remarks.push(text),
    progress: () => undefined,
    settled: () => undefined,
  };
}
