/** A HorizontalPodAutoscaler, as far as it says how many pods a workload may come to have. */
export interface HorizontalPodAutoscaler {
  readonly name: string;
  /** `spec.scaleTargetRef`, without the version. */
  readonly target: { readonly group: string; readonly kind: string; readonly name: string };
  readonly maxReplicas: number;
  /** Whether its behaviour lets it scale up at all. */
  readonly scalesUp: boolean;
}
