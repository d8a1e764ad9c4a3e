import type { Notation, WrittenQuantities } from "./resources.ts";

/** A ResourceQuota of the workload's namespace. Compared are the sides of its status. */
export interface ResourceQuota {
  readonly name: string;
  /** `status.hard` */
  readonly hard: WrittenQuantities;
  /** `status.used` */
  readonly used: WrittenQuantities;
  /** Both `scopes` and `scopeSelector`, which pods must all match to be charged. */
  readonly scopes: readonly QuotaScope[];
}

/** One scope; `scopes: [X]` is `X Exists`. */
export interface QuotaScope {
  readonly name: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** What admission reads of a pod beside its resources. */
export interface PodAdmission {
  /** Empty without one. */
  readonly priorityClassName: string;
  /** `undefined` without one. */
  readonly runtimeClassName: string | undefined;
  /** Whether `activeDeadlineSeconds` is set. */
  readonly activeDeadline: boolean;
  /** Whether a term of pod (anti-)affinity, preferred ones included, names namespaces or selects them. */
  readonly crossNamespace: boolean;
  /**
   * How amounts print that are not printed as usual (bytes `BinarySI`, all else `DecimalSI`): by `CONTAINER/requests.memory`
   * and the like, without a container for those of the pod's own level.
   */
  readonly notations: ReadonlyMap<string, Notation>;
}
