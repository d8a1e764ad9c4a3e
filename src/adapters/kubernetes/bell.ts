/** Waits that end early: at a ring, or when everything ends. Rings while nobody waits are kept, as one. */
export class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Resolves at the next ring, after `ms`, or when the signal aborts; never rejects. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung) await pause(ms, signal, (wake) => (this.#wake = wake));
    this.#wake = undefined;
    this.#rung = false;
  }
}

/** Resolves after `ms`, when the signal aborts, or when the function given to `early` is called; never rejects. */
export function pause(ms: number, signal: AbortSignal, early?: (wake: () => void) => void): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    signal.addEventListener("abort", wake, { once: true });
    early?.(wake);
  });
}
