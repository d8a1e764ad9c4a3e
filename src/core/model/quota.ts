import type { Quantities } from "./resources.ts";

/** A ResourceQuota of the workload's namespace. Compared are the sides of its status. */
export interface ResourceQuota {
  readonly name: string;
  /** `status.hard` */
  readonly hard: Quantities;
  /** `status.used` */
  readonly used: Quantities;
  /** Both `scopes` and `scopeSelector`, which pods must all match to be charged. */
  readonly scopes: readonly QuotaScope[];
}

/** One scope; `scopes: [X]` is `X Exists`. */
export interface QuotaScope {
  readonly name: string;
  readonly operator: string;
  readonly values: readonly string[];
}
