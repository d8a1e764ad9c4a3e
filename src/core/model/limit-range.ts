import type { WrittenQuantities } from "./resources.ts";

/** A LimitRange of the workload's namespace. */
export interface LimitRange {
  readonly name: string;
  readonly items: readonly LimitRangeItem[];
}

/** One item of a LimitRange, as written; any of its lists may be empty. */
export interface LimitRangeItem {
  /** `Container`, `Pod` or `PersistentVolumeClaim`. Only those of containers fill anything in. */
  readonly type: string;
  readonly default: WrittenQuantities;
  readonly defaultRequest: WrittenQuantities;
  readonly max: WrittenQuantities;
  readonly min: WrittenQuantities;
  readonly maxLimitRequestRatio: WrittenQuantities;
}
