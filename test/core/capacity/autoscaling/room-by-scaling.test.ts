import { describe, expect, test } from "vitest";
import { roomByScaling, type Stalled } from "../../../../src/core/capacity/autoscaling/room-by-scaling.ts";
import { toOccupancy } from "../../../../src/core/capacity/occupancy.ts";
import { toIncoming } from "../../../../src/core/capacity/room.ts";
import { type Autoscaling, NO_AUTOSCALING, type SizeLimit } from "../../../../src/core/model/autoscaling.ts";
import type { PodSpec } from "../../../../src/core/model/pod-spec.ts";
import type { Node, PlacedPod } from "../../../../src/core/model/room.ts";
import { placed, podSpec } from "../builders.ts";
import { fullGroup, groupOf, nodeConfig, poolNode, present, toldGroup } from "./clusters.ts";

interface Given {
  readonly nodes?: readonly Node[];
  readonly pods?: readonly PlacedPod[];
  readonly pod?: PodSpec;
  readonly deficit?: number;
  readonly waiting?: number;
  /** From so few places on the rollout may complete. */
  readonly luckyFrom?: number;
  /** Zones whose nodes help at all: that of a volume, say. */
  readonly zones?: readonly string[];
}

const WEB = [poolNode("gke-prod-web-1-aaaa", "web", "b"), poolNode("gke-prod-web-2-bbbb", "web", "c")];

/** Pods of one CPU on nodes of two, so that each new node has two places, and less by what daemons take. */
function stalled({
  nodes = WEB,
  pods = [],
  pod = podSpec({ cpu: "1" }),
  deficit = 1,
  ...given
}: Given): Stalled {
  const placesOf = (likes: Parameters<Stalled["endsWith"]>[0]): number =>
    likes.filter(
      ({ node }) => given.zones?.includes(node.labels["topology.kubernetes.io/zone"] ?? "") ?? true,
    ).length * 2;
  return {
    pod: toIncoming(pod),
    nodes: nodes.map((node) => {
      const staying = pods.filter(({ nodeName }) => nodeName === node.name);
      return toOccupancy(node, { staying, fresh: [], old: [], leaving: [] });
    }),
    deficit,
    replicas: 10,
    waiting: given.waiting ?? deficit,
    endsWith: (likes) => {
      const places = placesOf(likes);
      if (places >= deficit) return "completes";
      return places >= (given.luckyFrom ?? deficit) ? "depends" : "stalls";
    },
    takenBy: (likes) => likes.map((like) => placesOf([like]) > 0),
  };
}

const ask = (given: Given, autoscaling: Autoscaling) => roomByScaling(stalled(given), autoscaling);

const perZone = present([groupOf("web", "b"), groupOf("web", "c")]);

describe("an autoscaler that can add nodes", () => {
  test("roomByScaling() names pool, zone and the fewest nodes, and how many it will probably add", () => {
    expect(ask({ waiting: 5 }, perZone)).toEqual({
      kind: "adds",
      message:
        "the autoscaler can add 1 node of node pool web (1 in b), probably 3 at once, one place for every pod that waits; its own choice of node pool may differ, and a node takes 1 to 3 minutes to come",
      fix: {
        kind: "nodes",
        text: "1 node of node pool web (1 in b) would do; the autoscaler adds them",
        value: "1",
      },
    });
  });

  test("roomByScaling() takes nodes of several zones where one has too few", () => {
    expect(ask({ deficit: 7 }, perZone)).toMatchObject({
      kind: "adds",
      fix: { text: expect.stringContaining("4 nodes of node pool web (2 in b, 2 in c)"), value: "4" },
    });
  });

  test("roomByScaling() counts a maximum in total once, and one per zone for each", () => {
    const limit: SizeLimit = { of: "pool", max: 5 };
    const inTotal = present([groupOf("web", "b", { limit }), groupOf("web", "c", { limit })]);
    expect(ask({ deficit: 6 }, inTotal)).toMatchObject({ kind: "adds", fix: { value: "3" } });
    expect(ask({ deficit: 7 }, inTotal)).toMatchObject({
      kind: "adds-none",
      reasons: [{ reason: "AutoscalerAtMaximum" }, { reason: "AutoscalerAtMaximum" }],
    });
    expect(ask({ deficit: 8 }, perZone)).toMatchObject({ kind: "adds", fix: { value: "4" } });
  });

  test("roomByScaling() takes nodes of several pools where no single one has enough", () => {
    const nodes = [...WEB, poolNode("gke-prod-big-3-cccc", "big", "b")];
    const groups = present([groupOf("web", "b"), groupOf("big", "b")]);
    expect(ask({ nodes, deficit: 7 }, groups)).toMatchObject({
      kind: "adds",
      fix: {
        text: expect.stringMatching(/2 nodes of node pool web .+ and 2 nodes of node pool big/),
        value: "4",
      },
    });
  });

  test("roomByScaling() adds nodes where they help, and none where its zone is full", () => {
    expect(ask({ zones: ["c"] }, perZone)).toMatchObject({
      kind: "adds",
      fix: { text: expect.stringContaining("1 node of node pool web (1 in c)") },
    });
    const full = present([groupOf("web", "b"), groupOf("web", "c", { limit: { of: "group", max: 1 } })]);
    // The pool may grow in b, where it would be of no use.
    expect(ask({ zones: ["c"] }, full)).toEqual({
      kind: "adds-none",
      reasons: [
        {
          reason: "AutoscalerAtMaximum",
          message: "node pool web in c: max node group size reached (1 of 1)",
        },
      ],
    });
  });

  test("roomByScaling() counts what daemon pods take of a new node, and nothing else of the one it is like", () => {
    const daemon = placed("gke-prod-web-1-aaaa", { cpu: "1500m" }, { daemon: true });
    const other = placed("gke-prod-web-1-aaaa", { cpu: "1500m" });
    const groups = present([groupOf("web", "b")]);
    expect(ask({ pods: [other] }, groups).kind).toBe("adds");
    expect(ask({ pods: [daemon] }, groups)).toEqual({ kind: "adds-none", reasons: [] });
  });

  test("roomByScaling() is sure of no pool whose nodes differ in whether they take the pod", () => {
    const nodes = [...WEB, poolNode("gke-prod-web-1-cccc", "web", "b")];
    const daemon = placed("gke-prod-web-1-cccc", { cpu: "1500m" }, { daemon: true });
    expect(ask({ nodes, pods: [daemon] }, present([groupOf("web", "b")]))).toMatchObject({ kind: "may-add" });
  });
});

describe("an autoscaler that adds none", () => {
  test("roomByScaling() says nothing where there is no autoscaler, or none that helps", () => {
    const none = { kind: "adds-none", reasons: [] };
    expect(ask({}, NO_AUTOSCALING)).toEqual(none);
    expect(ask({}, present([]))).toEqual(none);
    expect(ask({ pod: podSpec({ cpu: "3" }) }, perZone)).toEqual(none);
  });

  test("roomByScaling() gives the autoscaler's reason at the maximum, in back-off, and where a group is not ready", () => {
    const groups = present([
      fullGroup("web", "b"),
      groupOf("web", "c", { obstacle: { kind: "backoff", text: "QUOTA_EXCEEDED: no more" } }),
    ]);
    expect(ask({}, groups)).toEqual({
      kind: "adds-none",
      reasons: [
        {
          reason: "AutoscalerAtMaximum",
          message: "node pool web in b: max node group size reached (1 of 1)",
        },
        {
          reason: "AutoscalerBackoff",
          message: "node pool web in c: in backoff after failed scale-up (QUOTA_EXCEEDED: no more)",
        },
      ],
    });
    const limit: SizeLimit = { of: "pool", max: 2 };
    expect(ask({}, present([groupOf("web", "b", { limit }), groupOf("web", "c", { limit })]))).toMatchObject({
      reasons: [{ message: "node pool web in b: max node group size reached (2 in all zones)" }, {}],
    });
    const sick = present([
      groupOf("web", "b", { obstacle: { kind: "not-ready", text: "its status is ERROR" } }),
    ]);
    expect(ask({}, sick)).toEqual({
      kind: "adds-none",
      reasons: [{ reason: undefined, message: "node pool web in b: its status is ERROR" }],
    });
  });

  test("roomByScaling() says how many nodes there may be where they are not enough", () => {
    expect(ask({ deficit: 7 }, present([groupOf("web", "b")]))).toEqual({
      kind: "adds-none",
      reasons: [
        {
          reason: "AutoscalerAtMaximum",
          message: "node pool web in b: 2 more nodes are all that it may get, which is not enough",
        },
      ],
    });
  });

  test("roomByScaling() adds nothing for pods below priority -10, and does for those of -10", () => {
    const ofPriority = (priority: number) => ({ pod: podSpec({ cpu: "1" }, { priority }) });
    expect(ask(ofPriority(-11), perZone)).toMatchObject({
      kind: "adds-none",
      reasons: [{ reason: undefined, message: expect.stringContaining("priority -11") }],
    });
    expect(ask(ofPriority(-10), perZone).kind).toBe("adds");
    expect(ask(ofPriority(-11), { ...NO_AUTOSCALING, kind: "autopilot" }).kind).toBe("adds-none");
  });
});

describe("an autoscaler of which too little is known", () => {
  const why = (given: Given, autoscaling: Autoscaling) => {
    const scaling = ask(given, autoscaling);
    return scaling.kind === "may-add" ? scaling.gaps.map((gap) => gap.why) : scaling.kind;
  };

  test("roomByScaling() names an empty pool, unless the pod does not tolerate it or it may not grow", () => {
    const gpu = { key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" };
    const empty = (extra: Parameters<typeof groupOf>[2]) => present([groupOf("gpu", "b", extra)]);
    expect(why({}, empty({}))).toEqual([
      "node pool gpu in b has no ready node to go by, so whether one of its nodes would do is not known",
    ]);
    expect(why({}, empty({ taints: [gpu] }))).toBe("adds-none");
    expect(why({}, empty({ limit: { of: "group", max: 0 } }))).toBe("adds-none");
    expect(why({}, empty({ obstacle: { kind: "backoff", text: "" } }))).toBe("adds-none");
    const tolerates = { key: "nvidia.com/gpu", operator: "Exists", value: "", effect: undefined };
    const pod = podSpec({ cpu: "1" }, { tolerations: [tolerates] });
    expect(why({ pod }, empty({ taints: [gpu] }))).toHaveLength(1);
  });

  test("roomByScaling() judges an empty pool by what its machines have", () => {
    const config = nodeConfig();
    const spot = present([groupOf("spot", "b", { config }), groupOf("spot", "c", { config })]);
    expect(why({}, spot)).toEqual([
      "node pool spot in b, c has no ready node to go by; by its machine type e2-standard-4 (4 vCPU, 16 GiB) the pod (1 cpu) may fit",
    ]);
    expect(ask({ pod: podSpec({ cpu: "5" }) }, spot)).toEqual({
      kind: "adds-none",
      reasons: [
        {
          reason: undefined,
          message:
            "node pool spot in b, c: its machine type e2-standard-4 has 4 vCPU, and the pod requests 5 cpu",
        },
      ],
    });
    // One that refuses does not speak for another one.
    const groups = [
      ...spot.groups,
      groupOf("gpu", "b", { config: { ...config, machineType: "c9-mega-96" } }),
    ];
    expect(why({ pod: podSpec({ cpu: "5" }) }, present(groups))).toEqual([
      "node pool gpu in b has no ready node to go by, so whether one of its nodes would do is not known",
    ]);
  });

  test("roomByScaling() names the back-off of an empty pool that might help, after what keeps others from growing", () => {
    const obstacle = { kind: "backoff", text: "" } as const;
    const spot = groupOf("spot", "b", { config: nodeConfig(), obstacle });
    const full = fullGroup("web", "b");
    const reasonsFor = (cpu: string) => ask({ pod: podSpec({ cpu }) }, present([spot, full]));
    expect(reasonsFor("1")).toEqual({
      kind: "adds-none",
      reasons: [
        {
          reason: "AutoscalerAtMaximum",
          message: "node pool web in b: max node group size reached (1 of 1)",
        },
        { reason: "AutoscalerBackoff", message: "node pool spot in b: in backoff after failed scale-up" },
      ],
    });
    expect(reasonsFor("5")).toMatchObject({ reasons: [{ reason: undefined }] });
  });

  test("roomByScaling() tells no more reasons than anyone reads", () => {
    const pools = Array.from({ length: 20 }, (_, index) =>
      groupOf(`batch-${index}`, "b", { config: nodeConfig() }),
    );
    const scaling = ask({ pod: podSpec({ cpu: "5" }) }, present(pools));
    expect(scaling.kind === "adds-none" && scaling.reasons.length).toBe(8);
  });

  test("roomByScaling() is sure in spite of an empty pool where another one is enough", () => {
    expect(why({}, present([groupOf("gpu", "b"), groupOf("web", "b")]))).toBe("adds");
  });

  test("roomByScaling() doubts what is in the way of a pool that would do", () => {
    const obstacle = { kind: "doubt", text: "a blue-green upgrade is on" } as const;
    expect(why({}, present([groupOf("web", "b", { obstacle })]))).toEqual([
      "1 node of node pool web (1 in b) would do, but whether it gets them is not certain: node pool web in b: a blue-green upgrade is on",
    ]);
  });

  test("roomByScaling() doubts whether a node that is on its way comes for these pods", () => {
    expect(why({ deficit: 4 }, present([groupOf("web", "b", { target: 3 })]))).toEqual([
      "2 nodes of node pool web (2 in b) would do, but whether it gets them is not certain: node pool web in b waits for 2 nodes already, maybe for other pods",
    ]);
    expect(why({ deficit: 5 }, present([groupOf("web", "b", { target: 3 })]))).toBe("adds-none");
    const backoff = { obstacle: { kind: "backoff", text: "" } } as const;
    const failed = (target: number) => present([groupOf("web", "b", { ...backoff, target })]);
    expect(why({}, failed(1))).toBe("adds-none");
    expect(why({}, failed(2))).toEqual([expect.stringContaining("waits for 1 node already")]);
    expect(why({ deficit: 3 }, failed(2))).toBe("adds-none");
    const ofPool = groupOf("web", "b", { ...backoff, target: 2, limit: { of: "pool", max: 9 } });
    expect(why({ deficit: 3 }, present([ofPool]))).toBe("adds-none");
    const first = groupOf("batch", "b", { target: 1, limit: { of: "group", max: 1 } });
    expect(why({}, present([first]))).toEqual([expect.stringContaining("has no ready node to go by")]);
  });

  test("roomByScaling() doubts whether a node that only just starts does for these pods", () => {
    const second = (extra: Partial<Node>) => [...WEB, poolNode("gke-prod-web-1-cccc", "web", "b", extra)];
    const tainted = (key: string) => second({ taints: [{ key, value: "", effect: "NoSchedule" }] });
    const full = present([groupOf("web", "b", { limit: { of: "group", max: 2 } })]);
    for (const key of [
      "node.kubernetes.io/not-ready",
      "node.kubernetes.io/network-unavailable",
      "node.cloudprovider.kubernetes.io/uninitialized",
      "startup-taint.cluster-autoscaler.kubernetes.io/agent",
    ])
      expect(why({ nodes: tainted(key) }, full)).toEqual([
        "1 node of node pool web (1 in b) would do, but whether it gets them is not certain: node pool web in b waits for 1 node already, maybe for other pods",
      ]);
    expect(why({ nodes: tainted("node.kubernetes.io/not-ready"), deficit: 3 }, full)).toBe("adds-none");
    expect(why({ nodes: tainted("ToBeDeletedByClusterAutoscaler") }, full)).toBe("adds-none");
    expect(why({ nodes: second({ unschedulable: true }) }, full)).toBe("adds-none");
    expect(why({ nodes: second({}) }, full)).toBe("adds-none");
  });

  test("roomByScaling() is not sure of a stall that fewer nodes than are needed for sure may end", () => {
    expect(why({ deficit: 7, luckyFrom: 3 }, present([groupOf("web", "b")]))).toEqual([
      "2 nodes of node pool web (2 in b) may do: that depends on where the scheduler puts the pods",
    ]);
    expect(why({ deficit: 7, luckyFrom: 5 }, present([groupOf("web", "b")]))).toBe("adds-none");
    expect(why({ deficit: 4, luckyFrom: 1 }, present([groupOf("web", "b")]))).toBe("adds");
  });

  test("roomByScaling() is not sure of the room of several zones that only the autoscaler's status tells", () => {
    const nodes = [
      ...WEB,
      poolNode("gke-prod-web-1-cccc", "web", "b"),
      poolNode("gke-prod-web-2-dddd", "web", "c"),
    ];
    const [inB, inC] = [toldGroup("gke-prod-web-1", "b", 2, 4), toldGroup("gke-prod-web-2", "c", 2, 4)];
    expect(why({ nodes }, present([inB, inC]))).toEqual([
      expect.stringContaining("how many it may have is not known for sure"),
    ]);
    expect(why({ nodes }, present([inB]))).toBe("adds");
  });

  test("roomByScaling() lets gaps of the autoscaler stand, and promises nothing then", () => {
    const gaps = [{ what: "cluster autoscaler", why: "it is starting" }];
    expect(why({}, present([groupOf("web", "b")], { gaps }))).toEqual(["it is starting"]);
    expect(why({}, present([], { gaps }))).toEqual(["it is starting"]);
  });

  test("roomByScaling() takes an unread status for a doubt on GKE's nodes, where any pool may scale", () => {
    const unknown: Autoscaling = {
      ...NO_AUTOSCALING,
      kind: "unknown",
      gaps: [{ what: "cluster autoscaler", why: "403" }],
    };
    expect(why({}, unknown)).toEqual(["403"]);
    const bare = WEB.map((node) => ({ ...node, labels: {} }));
    expect(why({ nodes: bare }, unknown)).toBe("adds-none");
    expect(why({ nodes: [] }, unknown)).toEqual(["403"]);
  });

  test("roomByScaling() is not sure near the cluster's limits", () => {
    const near = present([groupOf("web", "b")], { clusterLimits: new Map([["cpu", 8_000]]) });
    expect(why({}, near)).toEqual(["the cluster's limit of cpu for its autoscaler may be in the way"]);
    const far = present([groupOf("web", "b")], { clusterLimits: new Map([["cpu", 64_000]]) });
    expect(why({}, far)).toBe("adds");
  });
});

describe("pools that do not exist yet", () => {
  test("roomByScaling() has Autopilot add nodes for whatever it admits", () => {
    expect(
      ask({ waiting: 2, pod: podSpec({ cpu: "20" }) }, { ...NO_AUTOSCALING, kind: "autopilot" }),
    ).toMatchObject({
      kind: "adds",
      message: expect.stringMatching(/^Autopilot adds nodes for the pods that wait; .+ 1 to 3 minutes/),
    });
  });

  const limits = new Map([
    ["cpu", 1_000_000],
    ["memory", 4_000_000_000_000],
  ]);
  const nap = present([], { createsPools: true, clusterLimits: limits });

  test("roomByScaling() has node auto-provisioning create a pool for a plain pod far from the limits", () => {
    expect(ask({}, nap)).toMatchObject({
      kind: "adds",
      message: expect.stringContaining("node pool (auto)"),
    });
  });

  test.each<[string, Given, Autoscaling]>([
    ["wants certain nodes", { pod: podSpec({ cpu: "1" }, { nodeSelector: { disk: "ssd" } }) }, nap],
    ["is larger than common machines", { pod: podSpec({ cpu: "31" }) }, nap],
    ["asks for a device", { pod: podSpec({ cpu: "1", "nvidia.com/gpu": "1" }) }, nap],
    ["is near the limits", {}, { ...nap, clusterLimits: new Map([...limits, ["cpu", 10_000]]) }],
    [
      "waits where only the names of pools tell that it is on",
      { nodes: [poolNode("gke-prod-nap-1-aaaa", "nap-1", "b")] },
      present([toldGroup("gke-prod-nap-1", "b", 1, 1)]),
    ],
    ["has no limits to go by", {}, { ...nap, clusterLimits: new Map() }],
  ])("roomByScaling() does not know whether a pool is created for a pod that %s", (_, given, autoscaling) => {
    expect(ask(given, autoscaling)).toMatchObject({
      kind: "may-add",
      gaps: [{ why: expect.stringContaining("node auto-provisioning may create a node pool") }],
    });
  });
});
