/** What a scheduler can differ in. */
export interface SchedulerOptions {
  /**
   * How long it lets a pod lie that did not fit, when no event tells it to try again; it looks every 30 s.
   * Default 300.
   */
  readonly retryAfterSeconds?: number;
  /** Longest wait of a pod between two tries. Default 10. */
  readonly maxBackoffSeconds?: number;
  /**
   * Weights of the plugins that choose between the nodes on which a pod fits, 1 to 100; those not named have no
   * say. With none at all (`{}`) every such node is as likely. Default: Kubernetes' own plugins and weights.
   */
  readonly scores?: Readonly<Partial<Record<ScorePlugin, number>>>;
}

/** The score plugins of the default profile (pkg/scheduler/apis/config/v1/default_plugins.go, v1.36.3). */
export const scorePlugins = [
  "TaintToleration",
  "NodeAffinity",
  "NodeResourcesFit",
  "VolumeBinding",
  "PodTopologySpread",
  "InterPodAffinity",
  "NodeResourcesBalancedAllocation",
  "ImageLocality",
] as const;

/** One of `scorePlugins`. */
export type ScorePlugin = (typeof scorePlugins)[number];

/** The options as the supervisor takes them. */
export function schedulerConfiguration({ retryAfterSeconds, maxBackoffSeconds, scores }: SchedulerOptions) {
  const enabled = Object.entries(scores ?? {}).map(([name, weight]) => ({ name, weight }));
  const profile = {
    schedulerName: "default-scheduler",
    plugins: { score: { enabled, disabled: [{ name: "*" }] } },
  };
  return {
    ...(retryAfterSeconds !== undefined && { retryAfter: `${retryAfterSeconds}s` }),
    scheduler: {
      ...(maxBackoffSeconds !== undefined && { podMaxBackoffSeconds: maxBackoffSeconds }),
      ...(scores && { profiles: [profile] }),
    },
  };
}
