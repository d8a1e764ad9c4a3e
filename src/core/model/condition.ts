import type { Instant } from "./instant.ts";

/** `status.conditions[]` of any object. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly lastTransition: Instant | undefined;
  readonly lastUpdate: Instant | undefined;
}
