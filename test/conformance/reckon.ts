import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { CapacityVerdict } from "../../src/core/capacity/verdict.ts";
import type { Sight } from "./predict.ts";

/** What comes back from the thread. */
export type Reckoned = { readonly verdict: CapacityVerdict } | { readonly failure: string };

/** Asks the pre-check about what was seen. */
export type Reckon = (sight: Sight) => Promise<CapacityVerdict>;

const ENTRY = join(import.meta.dirname, "reckon-entry.ts");
/** More than any scenario of ours is worth. */
const LIMITS = { seconds: 90, megabytes: 2_000 };

/** The pre-check in a thread: one that never ends, or takes all memory, costs a scenario and not the run. */
export class Reckoner implements AsyncDisposable {
  #worker: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** One after the other. Throws where the pre-check does, or takes too long or too much. */
  readonly reckon: Reckon = (sight) => {
    const answer = this.#last.then(() => this.#ask(sight));
    this.#last = answer.catch(() => {});
    return answer;
  };

  async #ask(sight: Sight): Promise<CapacityVerdict> {
    this.#worker ??= new Worker(ENTRY, {
      resourceLimits: { maxOldGenerationSizeMb: LIMITS.megabytes },
    });
    try {
      this.#worker.postMessage(sight);
      const signal = AbortSignal.timeout(LIMITS.seconds * 1_000);
      const [reckoned] = (await once(this.#worker, "message", { signal })) as [Reckoned];
      if ("verdict" in reckoned) return reckoned.verdict;
      throw new Error(reckoned.failure);
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }
}
