import type { CapacityVerdict } from "../capacity/verdict.ts";

/** The output `capacity`: at most 32 KiB and 20 nodes; empty without a pre-check. */
export function toCapacityJson(verdict: CapacityVerdict | undefined): string {
  return verdict === undefined ? "" : JSON.stringify({ verdict: verdict.verdict });
}
