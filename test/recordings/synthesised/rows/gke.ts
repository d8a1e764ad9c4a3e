import { inState } from "../container-signs.ts";
import { NAMES, stamp, type Wire } from "../objects.ts";
import { deadline, scaler, unplaced } from "../pod-signs.ts";
import { type Expected, fails, healsAt, type Row, rather, type Sign } from "../row.ts";

const AUTOSCALER = "kubernetes/autoscaler processors/status/eventing_scale_up_processor.go, 1.33";
const GKE = "GKE, cluster autoscaler events";
const MIG =
  "https://www.googleapis.com/compute/v1/projects/p/zones/europe-west1-b/instanceGroups/gke-prod-pool-1-grp";
const noRoom = unplaced(
  "0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.",
);
const failed = (reason: string) =>
  `Node scale up in zones europe-west1-b associated with this pod failed: ${reason}. Pod is at risk of not being scheduled.`;
const after = (reason: Parameters<typeof fails>[0]) => fails(reason, 80, { from: 64 });
const triggered = scaler(5, "TriggeredScaleUp", `pod triggered scale-up: [{${MIG} 0->1 (max: 3)}]`);
const pending = (by: number): Expected => ({ result: "pending", reason: "", container: null, from: 0, by });

const NEG = "cloud.google.com/load-balancer-neg-ready";
const gates = { spec: { readinessGates: [{ conditionType: NEG }] } };
/** All containers are ready, and the gate says this. */
function gated(t: number, condition: Wire, ready = "False"): Sign {
  const status = inState({ running: { startedAt: stamp(1) } });
  const [own] = status.containerStatuses as readonly Wire[];
  const conditions = [
    { type: NEG, lastTransitionTime: stamp(t), ...condition },
    { type: "ContainersReady", status: "True" },
    { type: "PodReadyToStartContainers", status: "True" },
    { type: "PodScheduled", status: "True" },
    {
      type: "Ready",
      status: ready,
      reason: ready === "True" ? "" : "ReadinessGatesNotReady",
      message:
        ready === "True"
          ? ""
          : 'corresponding condition of pod readiness gate "example.com/warm" does not exist.',
      lastTransitionTime: stamp(t),
    },
  ];
  return { t, pod: { ...status, conditions, containerStatuses: [{ ...own, ready: true }] } };
}
const done = (t: number): readonly Sign[] => [
  { t, replicaSet: { replicas: 1, readyReplicas: 1, availableReplicas: 1 } },
  { t, workload: { status: { replicas: 1, updatedReplicas: 1 } } },
];
const NOT_READY = {
  status: "False",
  reason: "LoadBalancerNegNotReady",
  message: 'Waiting for pod to become healthy in at least one of the NEG(s): ["k8s1-0-shop-web-80-1"]',
};
const patient = {
  container: { readinessProbe: { httpGet: { path: "/", port: 8080 }, initialDelaySeconds: 700 } },
};

/** GKE: the autoscaler, the load balancer. */
export const GKE_ROWS: readonly Row[] = [
  {
    row: "10",
    name: "node-coming",
    source: AUTOSCALER,
    signs: [...noRoom, triggered, deadline(200)],
    expect: pending(450),
    nearest: healsAt(240),
  },
  {
    row: "11",
    name: "autoscaler-at-maximum",
    source: AUTOSCALER,
    signs: [
      ...noRoom,
      scaler(5, "NotTriggerScaleUp", "pod didn't trigger scale-up: 1 max node group size reached"),
      deadline(70),
    ],
    expect: after("AutoscalerAtMaximum"),
    nearest: healsAt(50),
  },
  {
    row: "11",
    name: "autoscaler-at-its-limit-of-cpu",
    source: GKE,
    signs: [
      ...noRoom,
      scaler(
        5,
        "NotTriggerScaleUp",
        "pod didn't trigger scale-up: 2 max cluster cpu limit reached, 1 Insufficient memory",
      ),
    ],
    expect: after("AutoscalerAtMaximum"),
    nearest: rather(
      [...noRoom, scaler(5, "NotTriggerScaleUp", "pod didn't trigger scale-up: 3 Insufficient cpu")],
      fails("InsufficientResources", 80, { from: 60 }),
    ),
  },
  {
    row: "11",
    name: "autoscaler-in-backoff",
    source: AUTOSCALER,
    signs: [
      ...noRoom,
      scaler(
        5,
        "NotTriggerScaleUp",
        "pod didn't trigger scale-up (it wouldn't fit if a new node is added): 2 in backoff after failed scale-up",
      ),
    ],
    expect: fails("AutoscalerBackoff", 200, { from: 180 }),
    nearest: healsAt(170),
  },
  {
    row: "11",
    name: "autoscaler-fits-nowhere-of-1.20",
    source: "kubernetes/autoscaler, 1.20",
    signs: [
      ...noRoom,
      scaler(
        5,
        "NotTriggerScaleUp",
        "pod didn't trigger scale-up (it wouldn't fit if a new node is added): 1 node(s) didn't match node selector, 2 max node group size reached",
      ),
    ],
    expect: after("AutoscalerAtMaximum"),
    nearest: healsAt(50),
  },
  {
    row: "12",
    name: "scale-up-quota",
    source: GKE,
    signs: [...noRoom, scaler(5, "FailedScaleUp", failed("GCE quota exceeded"))],
    expect: after("ScaleUpQuotaExceeded"),
    nearest: healsAt(50),
  },
  {
    row: "12",
    name: "scale-up-stockout",
    source: GKE,
    signs: [...noRoom, scaler(5, "FailedScaleUp", failed("GCE out of resources"))],
    expect: fails("ScaleUpOutOfResources", 330, { from: 300 }),
    nearest: healsAt(290),
  },
  {
    row: "12",
    name: "scale-up-ip-space",
    source: GKE,
    signs: [...noRoom, triggered, scaler(30, "FailedScaleUp", failed("IP space exhausted"))],
    expect: fails("ScaleUpIpExhausted", 105, { from: 89 }),
    nearest: healsAt(80),
  },
  {
    row: "12",
    name: "scale-up-service-account",
    source: GKE,
    signs: [...noRoom, scaler(5, "FailedScaleUp", failed("Service Account was deleted"))],
    expect: after("ScaleUpFailed"),
    nearest: healsAt(50),
  },
  {
    row: "12",
    name: "scale-up-nodes-late",
    source: GKE,
    signs: [
      ...noRoom,
      scaler(
        5,
        "FailedScaleUp",
        failed('Some nodes in node group "gke-prod-pool-1-grp" failed to appear in time'),
      ),
    ],
    expect: after("ScaleUpFailed"),
    nearest: healsAt(50),
  },
  {
    row: "12",
    name: "scale-up-reservation",
    source: GKE,
    signs: [...noRoom, scaler(5, "FailedScaleUp", failed("Reservation capacity exceeded"))],
    expect: after("ScaleUpFailed"),
    nearest: rather(
      [...noRoom, scaler(5, "FailedScaleUp", failed("Internal error")), { ...triggered, t: 40 }],
      pending(500),
    ),
  },
  {
    row: "12",
    name: "scale-up-cut-short",
    source: `${GKE}: cut at 250 characters`,
    signs: [
      ...noRoom,
      scaler(
        5,
        "FailedScaleUp",
        `Node scale up in zones ${Array(8).fill("europe-west1-b").join(", ")} associated with this pod failed: GCE quota exceeded. Pod is at risk of n`,
      ),
    ],
    expect: after("ScaleUpQuotaExceeded"),
    nearest: healsAt(50),
  },
  {
    row: "46",
    name: "readiness-gate-unset",
    source: "kubernetes pkg/kubelet/status/generate.go, v1.36",
    template: { spec: { readinessGates: [{ conditionType: "example.com/warm" }] } },
    signs: [gated(2, { type: "example.com/other", status: "True" })],
    expect: fails("ReadinessGatePending", 140, { from: 120 }),
    nearest: healsAt(110),
  },
  {
    row: "gke 3.5",
    name: "neg-not-ready",
    source: "kubernetes/ingress-gce pkg/neg/readiness, v1.30",
    template: gates,
    signs: [gated(2, NOT_READY)],
    expect: fails("LoadBalancerNotReady", 140, { from: 120 }),
    nearest: healsAt(110),
  },
  {
    row: "gke 3.5",
    name: "neg-false-success-after-ten-minutes",
    source: "kubernetes/ingress-gce pkg/neg/readiness, v1.30: the controller gives up and says True",
    template: { spec: gates.spec, ...patient },
    signs: [
      gated(2, NOT_READY),
      gated(
        602,
        {
          status: "True",
          reason: "LoadBalancerNegTimeout",
          message:
            'Timeout waiting for pod to become healthy in at least one of the NEG(s): ["k8s1-0"]. Marking condition "cloud.google.com/load-balancer-neg-ready" to True.',
        },
        "True",
      ),
      ...done(603),
    ],
    expect: fails("LoadBalancerNotReady", 620, { from: 602 }),
    nearest: rather(
      [
        gated(2, NOT_READY),
        gated(
          602,
          { status: "True", reason: "LoadBalancerNegReady", message: "Pod has become Healthy in NEG" },
          "True",
        ),
        ...done(603),
      ],
      { result: "succeeded", reason: "", container: null, from: 630, by: 660 },
    ),
  },
  {
    row: "gke infra.spot",
    name: "spot-taken-while-not-placed",
    source: "GKE Spot VMs",
    signs: [
      {
        t: 3,
        name: `${NAMES.new}-spot0`,
        pod: {
          phase: "Failed",
          reason: "Terminated",
          message: "Pod was terminated in response to imminent node shutdown.",
        },
      },
      ...noRoom.map((sign) => ({ ...sign, t: sign.t + 4 })),
      { ...triggered, t: 9 },
      scaler(60, "FailedScaleUp", failed("GCE quota exceeded")),
    ],
    expect: fails("ScaleUpQuotaExceeded", 140, { from: 119 }),
    nearest: healsAt(100),
  },
];
