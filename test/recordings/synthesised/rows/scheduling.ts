import { NAMES } from "../objects.ts";
import { deadline, ended, unplaced } from "../pod-signs.ts";
import { fails, healsAt, type Row, rather } from "../row.ts";

const SCHEDULER = "kubernetes pkg/scheduler/framework/types.go and plugins/*, v1.36";
const KUBELET = "kubernetes pkg/kubelet/lifecycle/predicate.go, v1.36";
const place = { from: 60, by: 75 };
const noPlace = (reason: Parameters<typeof fails>[0]) => fails(reason, place.by, place);

/** Catalogue 2.1: the pod finds no node. */
export const SCHEDULING: readonly Row[] = [
  {
    row: "1",
    name: "insufficient-memory-and-cpu",
    source: SCHEDULER,
    signs: unplaced(
      "0/3 nodes are available: 1 Insufficient memory, 2 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.",
    ),
    expect: noPlace("InsufficientResources"),
    nearest: healsAt(50),
  },
  {
    row: "1",
    name: "insufficient-cpu-of-1.20",
    source: "kubernetes pkg/scheduler/framework/v1alpha1/interface.go, v1.20: nothing follows the counts",
    signs: [...unplaced("0/3 nodes are available: 3 Insufficient cpu."), deadline(70)],
    expect: noPlace("InsufficientResources"),
    nearest: rather(unplaced("0/3 nodes are available: 3 Insufficient pods."), noPlace("TooManyPods")),
  },
  {
    row: "1",
    name: "insufficient-gpu",
    source: SCHEDULER,
    signs: unplaced(
      "0/9 nodes are available: 9 Insufficient nvidia.com/gpu. preemption: 0/9 nodes are available: 9 No preemption victims found for incoming pod.",
    ),
    expect: noPlace("InsufficientResources"),
    nearest: healsAt(58),
  },
  {
    row: "2",
    name: "insufficient-with-numbers",
    source: "kubernetes plugin/pkg/scheduler/algorithm/predicates/error.go, v1.2",
    signs: unplaced(
      "pod (web) failed to fit in any node\nfit failure on node (gke-prod-pool-1-abcd): Node didn't have enough resource: CPU, requested: 1000, used: 1420, capacity: 2000\n",
    ),
    expect: noPlace("InsufficientResources"),
    nearest: healsAt(45),
  },
  {
    row: "3",
    name: "out-of-memory-at-admission",
    source: `${KUBELET}; message seen in a public issue`,
    signs: ended(
      "OutOfmemory",
      "Pod was rejected: Node didn't have enough resource: memory, requested: 1053818880, used: 5740953600, capacity: 6198358016",
      [3, 20, 40],
    ),
    expect: fails("PodRejectedByNode", 45, { from: 40 }),
    nearest: healsAt(30),
  },
  {
    row: "3",
    name: "out-of-cpu-of-1.20",
    source: "kubernetes pkg/kubelet/kubelet.go, rejectPod, v1.20: Pod and the message",
    signs: ended(
      "OutOfcpu",
      "Pod Node didn't have enough resource: cpu, requested: 500, used: 3880, capacity: 3920",
      [3, 20, 40],
    ),
    expect: fails("PodRejectedByNode", 45, { from: 40 }),
    nearest: rather(
      ended("Terminated", "Pod was terminated in response to imminent node shutdown.", [3, 20, 40]),
      { ...fails("NodeShutdown", 400), result: "pending", reason: "" },
    ),
  },
  {
    row: "3",
    name: "device-gone-at-admission",
    source: "kubernetes pkg/kubelet/cm/devicemanager/manager.go, v1.36",
    signs: ended(
      "UnexpectedAdmissionError",
      "Pod was rejected: Allocate failed due to requested number of devices unavailable for nvidia.com/gpu. Requested: 1, Available: 0, which is unexpected",
      [3, 15, 30],
    ),
    expect: fails("PodRejectedByNode", 35, { from: 30 }),
    nearest: healsAt(25),
  },
  {
    row: "3",
    name: "node-affinity-at-admission",
    source: KUBELET,
    signs: ended(
      "NodeAffinity",
      "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
      [3, 6, 9],
    ),
    expect: fails("PodRejectedByNode", 15, { from: 9 }),
    nearest: healsAt(8),
  },
  {
    row: "4",
    name: "too-many-pods",
    source: SCHEDULER,
    signs: unplaced(
      "0/4 nodes are available: 4 Too many pods. preemption: 0/4 nodes are available: 4 No preemption victims found for incoming pod.",
    ),
    expect: noPlace("TooManyPods"),
    nearest: healsAt(40),
  },
  {
    row: "5",
    name: "taint-of-spot-nodes",
    source: SCHEDULER,
    signs: unplaced(
      "0/3 nodes are available: 3 node(s) had untolerated taint {cloud.google.com/gke-spot: true}. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
    ),
    expect: noPlace("UntoleratedTaint"),
    nearest: healsAt(50),
  },
  {
    row: "5",
    name: "taint-of-1.20",
    source: "kubernetes pkg/scheduler/framework/plugins/tainttoleration, v1.20: a comma inside the text",
    signs: unplaced(
      "0/2 nodes are available: 1 node(s) had taint {ToBeDeletedByClusterAutoscaler: 1623436397}, that the pod didn't tolerate, 1 node(s) had taint {node.kubernetes.io/disk-pressure: }, that the pod didn't tolerate.",
    ),
    expect: noPlace("UntoleratedTaint"),
    nearest: rather(
      unplaced(
        "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had taint {ToBeDeletedByClusterAutoscaler: 1623436397}, that the pod didn't tolerate.",
      ),
      noPlace("InsufficientResources"),
    ),
  },
  {
    row: "6",
    name: "node-selector-of-nobody",
    source: SCHEDULER,
    signs: unplaced(
      "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
    ),
    expect: noPlace("NodeAffinityMismatch"),
    nearest: rather(
      unplaced("0/3 nodes are available: 3 node(s) didn't match PersistentVolume's node affinity."),
      noPlace("VolumeUnavailable"),
    ),
  },
  {
    row: "7",
    name: "anti-affinity-to-the-old-pods",
    source: SCHEDULER,
    signs: unplaced(
      "0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.",
    ),
    expect: noPlace("PodAffinityMismatch"),
    nearest: healsAt(30),
  },
  {
    row: "7",
    name: "topology-spread",
    source: SCHEDULER,
    signs: unplaced(
      "0/6 nodes are available: 2 Insufficient cpu, 4 node(s) didn't match pod topology spread constraints.",
    ),
    expect: noPlace("TopologySpreadMismatch"),
    nearest: rather(
      unplaced(
        "0/6 nodes are available: 2 node(s) didn't match pod affinity rules, 4 node(s) didn't match pod topology spread constraints.",
      ),
      noPlace("PodAffinityMismatch"),
    ),
  },
  {
    row: "8",
    name: "host-port-held-by-the-old-pod",
    source: SCHEDULER,
    signs: unplaced(
      "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports. preemption: 0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.",
    ),
    expect: noPlace("HostPortConflict"),
    nearest: healsAt(55),
  },
  {
    row: "8",
    name: "nodes-cordoned",
    source: SCHEDULER,
    signs: unplaced(
      "0/2 nodes are available: 2 node(s) were unschedulable. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.",
    ),
    expect: noPlace("NodesUnschedulable"),
    nearest: healsAt(50),
  },
  {
    row: "8",
    name: "refused-by-somebody-elses-plugin",
    source: "kubernetes-sigs/scheduler-plugins, v0.31",
    signs: unplaced('0/3 nodes are available: 3 node(s) did not match the pod group "batch".'),
    expect: noPlace("Unschedulable"),
    nearest: healsAt(50),
  },
  {
    row: "9",
    name: "claim-unbound",
    source: "kubernetes pkg/scheduler/framework/plugins/volumebinding, v1.36",
    signs: unplaced("0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found"),
    expect: fails("VolumeUnavailable", 135, { from: 120 }),
    nearest: healsAt(110),
  },
  {
    row: "9",
    name: "claim-missing",
    source: "kubernetes pkg/scheduler/framework/plugins/volumebinding, v1.36",
    signs: unplaced(
      '0/3 nodes are available: persistentvolumeclaim "data" not found. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
    ),
    expect: noPlace("VolumeUnavailable"),
    nearest: healsAt(28),
  },
  {
    row: "9",
    name: "volume-count",
    source: "kubernetes pkg/scheduler/framework/plugins/nodevolumelimits, v1.36",
    signs: unplaced(
      "0/3 nodes are available: 3 node(s) exceed max volume count. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.",
    ),
    expect: noPlace("VolumeUnavailable"),
    nearest: healsAt(28),
  },
  {
    row: "9",
    name: "read-write-once-pod",
    source: "kubernetes pkg/scheduler/framework/plugins/volumerestrictions, v1.36",
    signs: unplaced(
      "0/3 nodes are available: 3 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode.",
    ),
    expect: noPlace("VolumeUnavailable"),
    nearest: healsAt(28),
  },
  {
    row: "13",
    name: "scheduling-gate",
    source: "kubernetes pkg/registry/core/pod/strategy.go, v1.36",
    template: { spec: { schedulingGates: [{ name: "kueue.x-k8s.io/admission" }] } },
    signs: [
      {
        t: 0.2,
        unplaced: true,
        pod: {
          phase: "Pending",
          conditions: [
            {
              type: "PodScheduled",
              status: "False",
              reason: "SchedulingGated",
              message: "Scheduling is blocked due to non-empty scheduling gates",
            },
          ],
        },
      },
    ],
    expect: fails("SchedulingGated", 135, { from: 120 }),
    nearest: healsAt(110),
  },
  {
    row: "14",
    name: "preempting-others-in-vain",
    source:
      "kubernetes pkg/scheduler/schedule_one.go, v1.36: the nomination is taken back when it came to nothing",
    signs: [
      ...unplaced(
        "0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to a terminating pod on the nominated node.",
        {
          nominatedNodeName: "gke-prod-pool-1-abcd",
        },
      ),
      ...unplaced("0/1 nodes are available: 1 Insufficient cpu.").map((sign) => ({
        ...sign,
        t: sign.t + 90,
      })),
    ],
    expect: fails("InsufficientResources", 160, { from: 90 }),
    nearest: healsAt(85),
  },
  {
    row: "14",
    name: "preempted-by-others",
    source: "kubernetes pkg/scheduler/framework/preemption, v1.36",
    signs: [
      {
        t: 5,
        pod: {
          phase: "Failed",
          conditions: [
            {
              type: "DisruptionTarget",
              status: "True",
              reason: "PreemptionByScheduler",
              message: "default-scheduler: preempting to accommodate a higher priority pod",
            },
          ],
        },
      },
      { t: 6, gone: NAMES.pod },
      ...unplaced("0/1 nodes are available: 1 Insufficient cpu.").map((sign) => ({
        ...sign,
        t: sign.t + 7,
        name: `${NAMES.new}-bbbbb`,
      })),
    ],
    expect: fails("InsufficientResources", 75, { from: 60 }),
    nearest: healsAt(40),
  },
];
