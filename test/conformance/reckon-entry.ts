import { parentPort } from "node:worker_threads";
import { checkCapacity } from "../../src/core/capacity/check.ts";
import type { Sight } from "./predict.ts";
import type { Reckoned } from "./reckon.ts";

/** A thread of its own for the pre-check, which may take all the time and memory it likes, and be ended. */
parentPort?.on("message", ({ snapshot, target, next }: Sight) => {
  parentPort?.postMessage(reckoned());

  function reckoned(): Reckoned {
    try {
      return { verdict: checkCapacity(snapshot, target, next, { allEnds: true }) };
    } catch (error) {
      return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
  }
});
