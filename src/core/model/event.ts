import type { Instant } from "./instant.ts";

/** An Event, of either API: count and times come from `series` where there is one. */
export interface KubeEvent {
  readonly uid: string;
  readonly type: string;
  readonly reason: string;
  /** Without the prefix `(combined from similar events): `. */
  readonly message: string;
  readonly count: number;
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
  readonly regarding: { readonly kind: string; readonly name: string; readonly uid: string };
  /** Container that the event speaks of, from `fieldPath`. */
  readonly container: string | undefined;
}
