import type { Inputs } from "./inputs.ts";
import type { WorkloadRef } from "./model/workload.ts";
import { ActionError } from "./reason.ts";
import { grantsOf, grantYaml, type Right, rightsText } from "./rights.ts";

/** A right that a run may come to use. Without an optional one it goes on, and `lost` says what is then missing. */
export type Need = Right &
  (
    | { readonly kind: "required" }
    | {
        readonly kind: "optional";
        readonly lost: string;
        /** It is only used where this other one is missing. */
        readonly insteadOf?: Need;
      }
  );

/** What decides which rights a run may come to use; `logLines` settled for this repository. */
export type Wants = Pick<Inputs, "mode" | "precheck"> & { readonly logLines: number };

/**
 * Every right that a run may come to use, a rollback included, which needs none of its own. Those on the workload
 * carry its name, as all requests for it do, so that a rule with `resourceNames` is enough.
 */
export function needsOf({ namespace, name }: WorkloadRef, wants: Wants): readonly Need[] {
  const verbs = ["get", "list", "watch", ...(wants.mode === "check" ? [] : ["patch"])];
  const here = { namespace, name: undefined };
  return [
    ...each(verbs, { group: "apps", resource: "deployments", namespace, name }, required),
    ...each(["list", "watch"], { group: "apps", resource: "replicasets", ...here }, required),
    ...each(["list", "watch"], { group: "", resource: "pods", ...here }, required),
    ...each(
      ["list", "watch"],
      { group: "", resource: "events", ...here },
      optional("causes that Kubernetes tells in events only (volumes, probes) are not found"),
    ),
    ...(wants.logLines === 0
      ? []
      : each(
          ["get"],
          { group: "", resource: "pods/log", ...here },
          optional("the report lacks the last lines of a container that crashed"),
        )),
    ...(wants.precheck === "off" ? [] : needsOfPrecheck(namespace)),
  ];
}

function needsOfPrecheck(namespace: string): readonly Need[] {
  const here = { namespace, name: undefined };
  const everywhere = { namespace: undefined, name: undefined };
  const dryRun: Need = {
    ...{ verb: "create", group: "", resource: "pods", ...here },
    ...optional(
      "no dry run of the new pod, so what quota, policies and webhooks deny shows only after the change",
    ),
  };
  const noRoom = optional("the pre-check cannot tell whether there is room, its verdict is UNKNOWN");
  const noClasses = optional("what priority and runtime classes give to pods is not counted");
  const noVolumes = optional("where the pod has volumes, whether a node can take them is not known");
  const noNeighbours = optional(
    "where pods select neighbours by labels of namespaces, which they are is not known",
  );
  return [
    dryRun,
    {
      ...{ verb: "list", group: "", resource: "limitranges", ...here },
      ...optional("requests that a LimitRange gives to containers without any are not counted"),
      insteadOf: dryRun,
    },
    ...[
      { group: "scheduling.k8s.io", resource: "priorityclasses" },
      { group: "node.k8s.io", resource: "runtimeclasses" },
    ].map((classes) => ({ verb: "list", ...classes, ...everywhere, ...noClasses, insteadOf: dryRun })),
    { verb: "list", group: "", resource: "nodes", ...everywhere, ...noRoom },
    { verb: "list", group: "", resource: "pods", ...everywhere, ...noRoom },
    {
      ...{ verb: "list", group: "", resource: "resourcequotas", ...here },
      ...optional("whether quota leaves room is not known, so the pre-check promises no rollout"),
    },
    { verb: "get", group: "", resource: "namespaces", namespace, name: namespace, ...noNeighbours },
    { verb: "list", group: "", resource: "namespaces", ...everywhere, ...noNeighbours },
    { verb: "list", group: "", resource: "persistentvolumeclaims", ...here, ...noVolumes },
    { verb: "list", group: "", resource: "persistentvolumes", ...everywhere, ...noVolumes },
    ...["storageclasses", "csinodes", "csidrivers", "csistoragecapacities", "volumeattachments"].map(
      (resource) => ({ verb: "list", group: "storage.k8s.io", resource, ...everywhere, ...noVolumes }),
    ),
    {
      ...{ verb: "list", group: "policy", resource: "poddisruptionbudgets", ...everywhere },
      ...optional("whom the scheduler would evict for pods of higher priority is told without their budgets"),
    },
    {
      ...{ verb: "list", group: "autoscaling", resource: "horizontalpodautoscalers", ...here },
      ...optional("whether there is room for as many pods as one may scale to is not told"),
    },
    {
      ...{ verb: "list", group: "resource.k8s.io", resource: "deviceclasses", ...everywhere },
      ...optional(
        "where the pod requests devices that no node has room for, whether a DeviceClass provides them is not known",
      ),
    },
    {
      ...{ verb: "get", group: "", resource: "configmaps" },
      ...{ namespace: "kube-system", name: "cluster-autoscaler-status" },
      ...optional(
        "the pre-check does not know whether a cluster autoscaler may add nodes, it counts today's",
      ),
    },
  ];
}

const required = { kind: "required" } as const;
const optional = (lost: string) => ({ kind: "optional", lost }) as const;

const each = (
  verbs: readonly string[],
  of: Omit<Right, "verb">,
  weight: typeof required | ReturnType<typeof optional>,
): readonly Need[] => verbs.map((verb) => ({ verb, ...of, ...weight }));

/** Optional rights that are missing, and what is lost without them. */
export interface Loss {
  readonly rights: readonly Right[];
  readonly lost: string;
}

/** The rights that are missing, by what that means. */
export interface Missing {
  readonly required: readonly Right[];
  readonly losses: readonly Loss[];
}

/** What is missing, by the answers to the needs, in their order; what was not answered counts as missing. */
export function missingOf(needs: readonly Need[], allowed: readonly boolean[]): Missing {
  const missing = needs.filter((_, index) => allowed[index] !== true);
  const counted = missing.filter(
    (need) => need.kind === "required" || need.insteadOf === undefined || missing.includes(need.insteadOf),
  );
  const byLoss = Map.groupBy(counted, (need) => (need.kind === "optional" ? need.lost : ""));
  return {
    required: byLoss.get("") ?? [],
    losses: [...byLoss].filter(([lost]) => lost !== "").map(([lost, rights]) => ({ rights, lost })),
  };
}

/** Optional rights that are missing in one line: which, and what is lost. */
export const lossText = ({ rights, lost }: Loss): string => `No right to ${rightsText(rights)}: ${lost}`;

/** Says that required rights are missing, all at once; `detail` is what to apply. `user` as the API server sees it. */
export function lacking(required: readonly Right[], user: string | undefined): ActionError {
  const who = user === undefined ? "This identity" : JSON.stringify(user);
  return new ActionError(
    "PermissionDenied",
    `${who} may not ${rightsText(required)}, which this run needs; nothing was changed`,
    { detail: grantYaml(grantsOf(required), user) },
  );
}
