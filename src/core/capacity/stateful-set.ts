/** A StatefulSet as its rolling update meets it, by ordinal. */
export interface OrdinalRollout {
  readonly replicas: number;
  /** Ordinals below keep the old template. */
  readonly partition: number;
  /** `podManagementPolicy: Parallel`. */
  readonly parallel: boolean;
  /** Ordinals whose pod is not Ready now. */
  readonly unready: readonly number[];
  /** Whether the new pod of an ordinal finds room once its old one is gone and all higher ones are new. */
  readonly fits: (ordinal: number) => boolean;
}

/** How it ends: `updated`: pods of the new template that are available when it is stuck at `ordinal`. */
export type OrdinalEnding =
  | { readonly kind: "completes" }
  | { readonly kind: "stalls"; readonly ordinal: number; readonly updated: number };

/**
 * Decides a rolling update of a StatefulSet: from the highest ordinal down to the partition each pod is deleted and
 * made anew, and the next waits until it is available. Which pod goes is fixed, so there is nothing to choose. Unless
 * pods are managed in parallel, any pod that is not Ready, of whatever ordinal, blocks before the first deletion.
 * Source: pkg/controller/statefulset/stateful_set_control.go (v1.36.3), `updateStatefulSet`; the feature
 * MaxUnavailableStatefulSet is off by default.
 */
export function ordinalEnding({
  replicas,
  partition,
  parallel,
  unready,
  fits,
}: OrdinalRollout): OrdinalEnding {
  const last = replicas - 1;
  if (!parallel && unready.length > 0 && partition < replicas)
    return { kind: "stalls", ordinal: Math.min(...unready), updated: 0 };
  for (let ordinal = last; ordinal >= partition; ordinal -= 1) {
    if (!fits(ordinal)) return { kind: "stalls", ordinal, updated: last - ordinal };
  }
  return { kind: "completes" };
}
