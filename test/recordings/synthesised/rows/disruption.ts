import { inState, notReady } from "../container-signs.ts";
import { NAMES, stamp } from "../objects.ts";
import { creating, deadline, ended, unplaced } from "../pod-signs.ts";
import { type Expected, fails, healsAt, type Row, rather } from "../row.ts";

const EVICTION = "kubernetes pkg/kubelet/eviction, v1.36";
const pending = (by: number): Expected => ({ result: "pending", reason: "", container: null, from: 0, by });
const superseded = (reason: "Superseded" | "WorkloadPaused" | "NoReplicas"): Expected => ({
  result: "superseded",
  reason,
  container: null,
  from: 0,
  by: 15,
});

/** Catalogue 2.6 and 2.7: what nodes do to pods, and what the controller and others do to the rollout. */
export const DISRUPTION: readonly Row[] = [
  {
    row: "52",
    name: "evicted-for-ephemeral-storage",
    source: EVICTION,
    signs: ended(
      "Evicted",
      "Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. ",
      [30, 70, 110],
    ),
    expect: fails("PodEvicted", 75, { from: 70 }),
    nearest: healsAt(60),
  },
  {
    row: "52",
    name: "evicted-for-its-container",
    source: EVICTION,
    signs: ended("Evicted", 'Container web exceeded its local ephemeral storage limit "1Gi". ', [30, 70]),
    expect: fails("PodEvicted", 75, { from: 70 }),
    nearest: rather(
      ended(
        "Evicted",
        "The node was low on resource: memory. Threshold quantity: 100Mi, available: 90Mi. Container web was using 900Mi, request is 64Mi, has larger consumption of memory. ",
        [30, 70, 110],
      ),
      pending(300),
    ),
  },
  {
    row: "52",
    name: "evicted-for-empty-dir-of-1.20",
    source: "kubernetes pkg/kubelet/eviction, v1.20",
    signs: ended("Evicted", 'Usage of EmptyDir volume "cache" exceeds total limit "1Gi". ', [30, 70]),
    expect: fails("PodEvicted", 75, { from: 70 }),
    nearest: rather(
      ended("Evicted", "Pod was rejected: The node had condition: [DiskPressure]. ", [3, 6, 9, 12]),
      pending(300),
    ),
  },
  {
    row: "53",
    name: "node-shut-down-then-no-room",
    source: "kubernetes pkg/kubelet/nodeshutdown, v1.36; Spot",
    signs: [
      ...ended("Terminated", "Pod was terminated in response to imminent node shutdown.", [10]),
      ...unplaced("0/2 nodes are available: 2 Insufficient cpu.").map((sign) => ({
        ...sign,
        t: sign.t + 11,
        name: `${NAMES.new}-bbbbb`,
      })),
    ],
    expect: fails("InsufficientResources", 90, { from: 70 }),
    nearest: healsAt(60),
  },
  {
    row: "53",
    name: "node-shutdown-rejects",
    source: "kubernetes pkg/kubelet/nodeshutdown, v1.36",
    signs: ended(
      "NodeShutdown",
      "Pod was rejected: Pod was rejected as the node is shutting down.",
      [3, 6, 9],
    ),
    expect: pending(300),
    nearest: healsAt(8),
  },
  {
    row: "54",
    name: "node-lost",
    source: "kubernetes pkg/controller/nodelifecycle, v1.36",
    signs: [
      { t: 1, pod: inState({ running: { startedAt: stamp(1) } }) },
      { t: 20, event: { reason: "NodeNotReady", message: "Node is not ready" } },
      deadline(600),
    ],
    expect: fails("NodeNotReady", 605, { from: 600 }),
    nearest: healsAt(330),
  },
  {
    row: "54",
    name: "taint-manager",
    source: "kubernetes pkg/controller/tainteviction, v1.36",
    signs: [
      { t: 1, pod: creating },
      {
        t: 20,
        podMetadata: { deletionTimestamp: stamp(50) },
        pod: {
          ...creating,
          conditions: [
            {
              type: "DisruptionTarget",
              status: "True",
              reason: "DeletionByTaintManager",
              message: "Taint manager: deleting due to NoExecute taint",
            },
          ],
        },
      },
      { t: 21, name: `${NAMES.new}-bbbbb`, pod: creating },
    ],
    expect: pending(300),
    nearest: healsAt(40),
  },
  {
    row: "55",
    name: "drained-for-an-upgrade",
    source: "kubernetes pkg/registry/core/pod/rest/eviction.go, v1.36",
    signs: [
      { t: 1, pod: creating },
      {
        t: 20,
        podMetadata: { deletionTimestamp: stamp(50) },
        pod: {
          ...creating,
          conditions: [
            {
              type: "DisruptionTarget",
              status: "True",
              reason: "EvictionByEvictionAPI",
              message: "Eviction API: evicting",
            },
          ],
        },
      },
      { t: 25, gone: NAMES.pod },
      ...unplaced("0/2 nodes are available: 1 Insufficient cpu, 1 node(s) were unschedulable.").map(
        (sign) => ({ ...sign, t: sign.t + 25, name: `${NAMES.new}-bbbbb` }),
      ),
    ],
    expect: fails("InsufficientResources", 100, { from: 85 }),
    nearest: healsAt(80),
  },
  {
    row: "56",
    name: "active-deadline",
    source: "kubernetes pkg/kubelet/active_deadline.go, v1.36",
    template: { spec: { activeDeadlineSeconds: 30 } },
    signs: ended(
      "DeadlineExceeded",
      "Pod was active on the node longer than the specified deadline",
      [31, 62, 93],
    ),
    expect: fails("PodEvicted", 65, { from: 62 }),
    nearest: healsAt(50),
  },
  {
    row: "57",
    name: "progress-deadline-without-a-cause",
    source: "kubernetes pkg/controller/deployment/progress.go, v1.36",
    signs: [{ t: 1, pod: creating }, deadline(100)],
    expect: fails("ProgressDeadlineExceeded", 105, { from: 100 }),
    nearest: healsAt(90),
  },
  {
    row: "57",
    name: "progress-deadline-with-a-cause",
    source: "kubernetes pkg/controller/deployment/progress.go, v1.36",
    signs: [...notReady("Readiness probe failed: HTTP probe failed with statuscode: 503"), deadline(60)],
    expect: fails("ReadinessProbeFailed", 65, { from: 60, container: "web" }),
    nearest: healsAt(50),
  },
  {
    row: "58",
    name: "paused-midway",
    source: "kubernetes pkg/controller/deployment, v1.36",
    signs: [
      { t: 1, pod: creating },
      { t: 10, workload: { spec: { paused: true }, metadata: { generation: 3 } } },
    ],
    expect: superseded("WorkloadPaused"),
    nearest: healsAt(9),
  },
  {
    row: "61",
    name: "scaled-to-zero-midway",
    source: "contract",
    signs: [
      { t: 1, pod: creating },
      { t: 10, workload: { spec: { replicas: 0 }, metadata: { generation: 3 } } },
    ],
    expect: superseded("NoReplicas"),
    nearest: healsAt(9),
  },
  {
    row: "63",
    name: "deleted-in-the-foreground",
    source:
      "kubernetes pkg/controller/garbagecollector, v1.36: the object stays until its dependents are gone",
    signs: [
      { t: 1, pod: creating },
      {
        t: 10,
        workload: {
          metadata: { generation: 3, deletionTimestamp: stamp(10), finalizers: ["foregroundDeletion"] },
        },
      },
    ],
    expect: superseded("Superseded"),
    nearest: healsAt(9),
  },
];
