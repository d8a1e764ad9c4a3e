import { setTimeout as sleep } from "node:timers/promises";
import { instant } from "../core/model/instant.ts";
import type { Clock } from "../ports.ts";

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => instant(Date.now()),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
};
