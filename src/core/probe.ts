import type { Probe } from "./model/pod-spec.ts";

/** How long a probe takes to fail for good, from the container's start, in milliseconds; 0 without a probe. */
export const probeBudgetOf = (probe: Probe | undefined): number =>
  probe === undefined
    ? 0
    : (probe.initialDelaySeconds + probe.periodSeconds * probe.failureThreshold) * 1_000;
