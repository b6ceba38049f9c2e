/** Wakes whoever waits for it. It rings once, however often it is rung before somebody waits. */
export class Bell {
  #rung = false;
  #heard: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#heard?.();
  }

  /** True once it has rung since the last time; false after so many milliseconds without, or on the signal. One waits at a time. */
  async rings(milliseconds: number, signal: AbortSignal): Promise<boolean> {
    if (!this.#rung && !signal.aborted)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(done, milliseconds);
        signal.addEventListener("abort", done);
        this.#heard = done;
        function done(): void {
          clearTimeout(timer);
          signal.removeEventListener("abort", done);
          resolve();
        }
      });
    this.#heard = undefined;
    const rung = this.#rung;
    this.#rung = false;
    return rung;
  }
}
