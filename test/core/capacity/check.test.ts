import { describe, expect, test } from "vitest";
import { checkCapacity } from "../../../src/core/capacity/check.ts";
import { NO_AUTOSCALING } from "../../../src/core/model/autoscaling.ts";
import { instant } from "../../../src/core/model/instant.ts";
import {
  FRESH,
  NOW,
  node,
  OLD,
  olds,
  placed,
  podSpec,
  replicaSet,
  rolling,
  scenario,
  waitingPod,
} from "./builders.ts";

const story = {
  replicas: 1,
  nodes: [node("node-1", { cpu: "1", memory: "4Gi" })],
  pods: [
    placed("node-1", { cpu: "870m" }, { name: "batch" }),
    ...olds("node-1", 1, { cpu: "100m", memory: "64Mi" }),
  ],
  pod: podSpec({ cpu: "100m", memory: "64Mi" }),
};

describe("the story: a full node refuses the rollout", () => {
  const verdict = checkCapacity(...scenario(story));

  test("checkCapacity() says what the scheduler would say", () => {
    expect(verdict.verdict).toBe("WILL_STALL");
    expect(verdict.completes).toEqual({ at: 0, most: 0, of: 1 });
    expect(verdict.reasons).toEqual([
      {
        reason: "InsufficientResources",
        message:
          "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.",
      },
    ]);
  });

  test("checkCapacity() gives the numbers of the node", () => {
    const [first] = verdict.nodes;
    expect(first?.refusedBy).toEqual(["Insufficient cpu"]);
    expect([first?.requested, first?.used, first?.allocatable].map((r) => r?.get("cpu"))).toEqual([
      100, 970, 1000,
    ]);
    expect(first?.takers).toEqual([
      { pod: "shop/batch", requests: new Map([["cpu", 870]]), ours: false },
      {
        pod: "shop/web-old-node-1-0",
        requests: new Map([
          ["cpu", 100],
          ["memory", 64 * 2 ** 20],
        ]),
        ours: true,
      },
    ]);
  });

  test("checkCapacity() offers what would make it complete", () => {
    expect(verdict.fixes).toEqual([
      { kind: "nodes", text: "one more node of that size would do", value: "1" },
      { kind: "request", text: "requesting at most 30m of cpu per pod (now 100m) would do", value: "30m" },
      {
        kind: "strategy",
        text: "maxUnavailable: 1 would do (no pod would stay available meanwhile)",
        value: "1",
      },
    ]);
  });

  test("checkCapacity() lets it go once a second node is there", () => {
    const nodes = [...story.nodes, node("node-2", { cpu: "1", memory: "4Gi" })];
    const wider = checkCapacity(...scenario({ ...story, nodes }));
    expect(wider).toMatchObject({
      verdict: "WILL_COMPLETE",
      completes: { at: 1, most: 1, of: 1 },
      reasons: [],
      fixes: [],
    });
    expect(wider.nodes.map(({ name, fits }) => [name, fits])).toEqual([
      ["node-2", 10],
      ["node-1", 0],
    ]);
  });
});

describe("worked examples", () => {
  const cpu = (amount: number) => ({ cpu: `${amount}` });
  const examples = [
    {
      name: "W1 stalls at 1 after a first swap",
      nodes: [4],
      old: [[2, 1]],
      fresh: 2,
      strategy: rolling(2, 0),
      verdict: "WILL_STALL",
      at: 1,
    },
    {
      name: "W2 stalls at 0 although enough is free in all",
      nodes: [4, 4],
      old: [
        [2, 1],
        [2, 1],
      ],
      oldCpu: 2,
      fresh: 3,
      strategy: rolling(1, 1),
      verdict: "WILL_STALL",
      at: 0,
    },
    {
      name: "W3 stalls at 0 or 1",
      nodes: [4, 4],
      old: [[2], [2]],
      oldCpu: 2,
      fresh: 3,
      strategy: rolling(0, 2),
      verdict: "WILL_STALL",
      at: 0,
    },
    {
      name: "W4 stalls, as the old pod beside the new one goes first",
      nodes: [3, 4],
      old: [[1], [1]],
      fresh: 3,
      strategy: rolling(1, 0),
      verdict: "WILL_STALL",
      at: 1,
    },
  ];

  for (const { name, nodes, old, oldCpu = 1, fresh, strategy, verdict, at } of examples) {
    test(`checkCapacity() ${name}`, () => {
      const pods = old.flatMap(([count = 0], index) => olds(`n${index}`, count, cpu(oldCpu)));
      const result = checkCapacity(
        ...scenario({
          replicas: pods.length,
          strategy,
          nodes: nodes.map((size, index) => node(`n${index}`, cpu(size))),
          pods,
          pod: podSpec(cpu(fresh)),
        }),
      );
      expect([result.verdict, result.completes.at]).toEqual([verdict, at]);
    });
  }
});

describe("other ways to roll out", () => {
  test("checkCapacity() lets Recreate empty the nodes first", () => {
    const given = {
      replicas: 2,
      strategy: { kind: "Recreate" } as const,
      nodes: [node("a", { cpu: "4" })],
      pods: olds("a", 2, { cpu: "2" }),
    };
    expect(checkCapacity(...scenario({ ...given, pod: podSpec({ cpu: "2" }) })).verdict).toBe(
      "WILL_COMPLETE",
    );
    expect(checkCapacity(...scenario({ ...given, pod: podSpec({ cpu: "3" }) }))).toMatchObject({
      verdict: "WILL_STALL",
      completes: { at: 1, most: 1, of: 2 },
      fixes: [{ kind: "nodes" }, { kind: "request", value: "2" }, { kind: "replicas", value: "1" }],
    });
  });

  test("checkCapacity() finds that nothing completes at once with zero replicas, even without nodes", () => {
    const none = { replicas: 0, nodes: [], pod: podSpec({ cpu: "1" }) };
    expect(checkCapacity(...scenario(none))).toMatchObject({
      verdict: "WILL_COMPLETE",
      completes: { at: 0, of: 0 },
    });
    expect(checkCapacity(...scenario({ ...none, replicas: 1 }))).toMatchObject({
      verdict: "WILL_STALL",
      reasons: [{ reason: "Unschedulable", message: "no nodes available to schedule pods" }],
      fixes: [],
    });
  });

  test("checkCapacity() lists the nearest nodes and counts all", () => {
    const nodes = Array.from({ length: 30 }, (_, index) => node(`n${index}`, { cpu: `${100 + index}m` }));
    const result = checkCapacity(...scenario({ replicas: 1, nodes, pod: podSpec({ cpu: "1" }) }));
    expect([result.nodes.length, result.nodes[0]?.name, result.read]).toEqual([
      20,
      "n29",
      { nodes: 30, pods: 0 },
    ]);
  });

  test("checkCapacity() counts the daemons that a new node would run", () => {
    const given = {
      replicas: 1,
      strategy: rolling(1, 0),
      nodes: [node("a", { cpu: "1" })],
      pod: podSpec({ cpu: "800m" }),
    };
    const nodesToAdd = (daemon: boolean) => {
      const pods = [placed("a", { cpu: "300m" }, { daemon }), ...olds("a", 1, { cpu: "100m" })];
      return checkCapacity(...scenario({ ...given, pods })).fixes.filter(({ kind }) => kind === "nodes");
    };
    expect([nodesToAdd(false).length, nodesToAdd(true).length]).toEqual([1, 0]);
  });
});

describe("rollouts that are under way", () => {
  test("checkCapacity() reuses the ReplicaSet of an equal template, with its pods", () => {
    const nodes = [node("a", { cpu: "3" })];
    const fresh = placed("a", { cpu: "1" }, { ownerUid: FRESH });
    const given = {
      replicas: 2,
      strategy: rolling(1, 0),
      nodes,
      pods: [...olds("a", 2, { cpu: "1" }), fresh],
      pod: podSpec({ cpu: "1" }),
    };
    const replicaSets = [replicaSet(OLD, 2), replicaSet(FRESH, 1)];
    expect(checkCapacity(...scenario({ ...given, replicaSets })).verdict).toBe("WILL_COMPLETE");
    const unrelated = [replicaSet(OLD, 2), replicaSet(FRESH, 1, { templateJson: "{}" })];
    expect(checkCapacity(...scenario({ ...given, replicaSets: unrelated })).verdict).toBe("WILL_COMPLETE");
  });

  test("checkCapacity() empties older ReplicaSets first", () => {
    const given = {
      replicas: 2,
      strategy: rolling(1, 1),
      nodes: [node("a", { cpu: "2" }), node("b", { cpu: "2" })],
      pods: [
        placed("a", { cpu: "2" }, { ownerUid: "uid-oldest" }),
        placed("b", { cpu: "1" }, { ownerUid: OLD }),
      ],
      pod: podSpec({ cpu: "2" }),
    };
    const oldest = { createdAt: instant(NOW - 9e6), templateJson: "{}" };
    const first = [replicaSet(OLD, 1), replicaSet("uid-oldest", 1, oldest)];
    expect(checkCapacity(...scenario({ ...given, replicaSets: first })).verdict).toBe("WILL_COMPLETE");
  });

  test("checkCapacity() lets waiting old pods compete for the room", () => {
    const given = {
      replicas: 2,
      strategy: rolling(1, 0),
      pods: olds("a", 1, { cpu: "1" }),
      pod: podSpec({ cpu: "1" }),
      replicaSets: [replicaSet(OLD, 2, { availableReplicas: 1 })],
      waiting: [waitingPod(OLD, podSpec({ cpu: "1" }))],
    };
    const verdictWith = (cpu: string) =>
      checkCapacity(...scenario({ ...given, nodes: [node("a", { cpu })] })).verdict;
    expect([verdictWith("2"), verdictWith("3")]).toEqual(["WILL_STALL", "WILL_COMPLETE"]);
  });

  test("checkCapacity() sees that a pod left pending by the last rollout gives nothing back", () => {
    const given = {
      replicas: 1,
      strategy: rolling(1, 0),
      nodes: [node("a", { cpu: "1" })],
      pods: olds("a", 1, { cpu: "1" }),
      pod: podSpec({ cpu: "1" }),
      replicaSets: [
        replicaSet(OLD, 1),
        replicaSet("uid-stuck", 1, { availableReplicas: 0, templateJson: "{}" }),
      ],
      waiting: [waitingPod("uid-stuck", podSpec({ cpu: "1" }))],
    };
    expect(checkCapacity(...scenario(given))).toMatchObject({
      verdict: "WILL_STALL",
      completes: { at: 0, most: 0, of: 1 },
    });
    const larger = [waitingPod("uid-stuck", podSpec({ cpu: "1" }, { nodeSelector: { zone: "z" } }))];
    expect(checkCapacity(...scenario({ ...given, waiting: larger })).verdict).toBe("WILL_STALL");
  });
});

describe("what is not known", () => {
  const roomy = { replicas: 1, nodes: [node("a", { cpu: "2" })], pod: podSpec({ cpu: "1" }) };

  test("checkCapacity() names what no filter judges instead of saying yes", () => {
    const pod = podSpec({ cpu: "1" }, { unmodelled: ["topologySpreadConstraints"] });
    expect(checkCapacity(...scenario({ ...roomy, pod }))).toMatchObject({
      verdict: "UNKNOWN",
      reasons: [],
      unknown: [{ what: "topologySpreadConstraints" }],
    });
  });

  test("checkCapacity() stands by a stall that such a feature could only make worse", () => {
    const pod = podSpec({ cpu: "3" }, { unmodelled: ["podAntiAffinity"] });
    expect(checkCapacity(...scenario({ ...roomy, pod })).verdict).toBe("WILL_STALL");
    const foreign = podSpec({ cpu: "3" }, { unmodelled: ["schedulerName"] });
    expect(checkCapacity(...scenario({ ...roomy, pod: foreign })).verdict).toBe("UNKNOWN");
  });

  test("checkCapacity() says nothing for certain over a gap", () => {
    const snapshot = { gaps: [{ what: "list nodes", why: "403" }] };
    for (const cpu of ["1", "3"]) {
      const result = checkCapacity(...scenario({ ...roomy, pod: podSpec({ cpu }), snapshot }));
      expect([result.verdict, result.unknown]).toEqual(["UNKNOWN", snapshot.gaps]);
    }
  });

  test("checkCapacity() stands by a stall over a gap that hides only what takes room, and says no yes over it", () => {
    const snapshot = { gaps: [{ what: "admission of the new pod", why: "403", takesRoom: true as const }] };
    const verdictOf = (cpu: string) =>
      checkCapacity(...scenario({ ...roomy, pod: podSpec({ cpu }), snapshot })).verdict;
    expect([verdictOf("1"), verdictOf("3")]).toEqual(["UNKNOWN", "WILL_STALL"]);
  });

  const unasked = {
    admission: { kind: "not-asked", why: "403" } as const,
    gaps: [{ what: "admission of the new pod", why: "403", takesRoom: true as const }],
  };
  const gpu = (free: string, taints = [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }]) =>
    node("gpu", { cpu: "8", "nvidia.com/gpu": free }, { taints });

  test("checkCapacity() does not refuse for a taint that an admission we did not ask may let pass", () => {
    const given = { ...roomy, nodes: [gpu("2")], pod: podSpec({ "nvidia.com/gpu": "1" }), snapshot: unasked };
    const result = checkCapacity(...scenario(given));
    expect(result.verdict).toBe("UNKNOWN");
    expect(result.unknown.map(({ what }) => what)).toContain("tolerations and the like");
    const asked = checkCapacity(...scenario({ ...given, snapshot: {} }));
    expect(asked).toMatchObject({ verdict: "WILL_STALL", reasons: [{ reason: "UntoleratedTaint" }] });
  });

  test.each([
    [
      "a selector",
      { nodes: [node("a", { cpu: "2" })], pod: podSpec({ cpu: "1" }, { nodeSelector: { pool: "b" } }) },
    ],
    ["a cordon", { nodes: [node("a", { cpu: "2" }, { unschedulable: true })], pod: podSpec({ cpu: "1" }) }],
    [
      "a tainted node beside a full one",
      { nodes: [node("a", { cpu: "1" }), gpu("0")], pod: podSpec({ cpu: "2" }) },
    ],
  ])("checkCapacity() does not refuse for %s over an admission that was not asked", (_, given) => {
    expect(checkCapacity(...scenario({ replicas: 1, ...given, snapshot: unasked })).verdict).toBe("UNKNOWN");
    expect(checkCapacity(...scenario({ replicas: 1, ...given })).verdict).toBe("WILL_STALL");
  });

  test("checkCapacity() stands by a stall that a toleration would not end either, asked or not", () => {
    const given = { ...roomy, nodes: [node("a", { cpu: "1" }), gpu("1")], snapshot: unasked };
    for (const pod of [podSpec({ cpu: "9" }), podSpec({ "nvidia.com/gpu": "2" })]) {
      const minor = { ...unasked, minor: 35 };
      expect(checkCapacity(...scenario({ ...given, pod, snapshot: minor })).verdict).toBe("WILL_STALL");
    }
    const full = { ...roomy, nodes: [node("a", { cpu: "2", pods: "0" })], snapshot: unasked };
    expect(checkCapacity(...scenario(full)).verdict).toBe("WILL_STALL");
  });

  // Which of two alike old pods goes first is not known, and only one of them leaves room for a new one.
  const swap = {
    replicas: 2,
    nodes: [node("a", { cpu: "2" }), node("b", { cpu: "6" })],
    pods: [...olds("a", 1, { cpu: "1" }), ...olds("b", 1, { cpu: "4" })],
    pod: podSpec({ cpu: "3" }),
    strategy: rolling(0, 1),
  };
  test.each([
    ["WILL_STALL", { ...roomy, pod: podSpec({ cpu: "3" }) }],
    ["DEPENDS", swap],
  ])("checkCapacity() is not certain that it %s where an autoscaler may add nodes", (verdict, given) => {
    for (const kind of ["absent", "unknown"] as const) {
      const autoscaling = { ...NO_AUTOSCALING, kind };
      expect(checkCapacity(...scenario({ ...given, snapshot: { autoscaling } })).verdict).toBe(verdict);
    }
    expect(
      checkCapacity(
        ...scenario({
          ...given,
          snapshot: {
            autoscaling: {
              ...NO_AUTOSCALING,
              kind: "present" as const,
              gaps: [{ what: "cluster autoscaler", why: "?" }],
            },
          },
        }),
      ),
    ).toMatchObject({
      verdict: "UNKNOWN",
      unknown: [{ what: "cluster autoscaler" }],
    });
  });

  test("checkCapacity() says yes beside an autoscaler, too", () => {
    const snapshot = { autoscaling: { ...NO_AUTOSCALING, kind: "present" as const } } as const;
    expect(checkCapacity(...scenario({ ...roomy, snapshot })).verdict).toBe("WILL_COMPLETE");
  });

  test("checkCapacity() finds room by preemption, and names whom it would evict", () => {
    const balloon = placed("a", { cpu: "1500m" }, { name: "balloon", priority: -10 });
    const pod = podSpec({ cpu: "1" });
    expect(checkCapacity(...scenario({ ...roomy, pods: [balloon], pod }))).toMatchObject({
      verdict: "WILL_COMPLETE",
      reasons: [{ message: "finds room only by evicting pods of lower priority: shop/balloon" }],
    });
    const meek = podSpec({ cpu: "1" }, { preemptionPolicy: "Never" });
    expect(checkCapacity(...scenario({ ...roomy, pods: [balloon], pod: meek })).verdict).toBe("WILL_STALL");
    const larger = podSpec({ cpu: "3" });
    expect(checkCapacity(...scenario({ ...roomy, pods: [balloon], pod: larger })).verdict).toBe("WILL_STALL");
  });

  test("checkCapacity() says loudly when the pods to evict are the workload's own", () => {
    const own = { replicas: 1, nodes: [node("a", { cpu: "1" })], pods: olds("a", 1, { cpu: "1" }) };
    const pod = podSpec({ cpu: "1" }, { priority: 10 });
    const { verdict, reasons } = checkCapacity(...scenario({ ...own, pod, strategy: rolling(1, 0) }));
    expect([verdict, reasons[0]?.message]).toEqual([
      "WILL_COMPLETE",
      "finds room only by evicting pods of lower priority: shop/web-old-a-0; among them 1 running pod of this very workload",
    ]);
  });

  test("checkCapacity() says when whom it evicts is under a budget that allows no more", () => {
    const guarded = placed("a", { cpu: "1" }, { name: "db-0", labels: { app: "db" }, priority: -1 });
    const given = {
      replicas: 1,
      nodes: [node("a", { cpu: "1" })],
      pods: [guarded],
      pod: podSpec({ cpu: "1" }),
    };
    const budget = (disruptionsAllowed: number) => ({
      namespace: guarded.namespace,
      selector: [{ key: "app", operator: "In", values: ["db"] }],
      disruptionsAllowed,
      disruptedPods: new Set<string>(),
    });
    const said = (allowed: number) =>
      checkCapacity(...scenario({ ...given, snapshot: { budgets: [budget(allowed)] } })).reasons[0]?.message;
    expect(said(0)).toMatch(
      /db-0; 1 of them against a PodDisruptionBudget, which does not hold the scheduler back$/,
    );
    expect(said(1)).toMatch(/db-0$/);
  });

  test("checkCapacity() allows for devices that stand for an extended resource since 1.36", () => {
    const pod = podSpec({ "example.com/gpu": "1" });
    expect(checkCapacity(...scenario({ ...roomy, pod })).verdict).toBe("UNKNOWN");
    expect(checkCapacity(...scenario({ ...roomy, pod, snapshot: { minor: 35 } })).verdict).toBe("WILL_STALL");
  });

  test("checkCapacity() heeds a neighbour whose anti-affinity refuses the new pods", () => {
    const term = {
      topologyKey: "kubernetes.io/hostname",
      matchLabelKeys: [],
      mismatchLabelKeys: [],
      namespaces: [],
      namespaceSelector: undefined,
    };
    const repelling = (value: string) =>
      placed("a", {}, { repels: [{ ...term, selector: [{ key: "app", operator: "In", values: [value] }] }] });
    expect(checkCapacity(...scenario({ ...roomy, pods: [repelling("web")] }))).toMatchObject({
      verdict: "WILL_STALL",
      reasons: [{ reason: "PodAffinityMismatch" }],
    });
    expect(checkCapacity(...scenario({ ...roomy, pods: [repelling("db")] })).verdict).toBe("WILL_COMPLETE");
  });
});

describe("admission", () => {
  const roomy = { replicas: 1, nodes: [node("a", { cpu: "2" })], pod: podSpec({ cpu: "1" }) };
  const message = 'pods "web" is forbidden: exceeded quota: q, requested: cpu=1, used: cpu=1, limited: cpu=1';
  const denied = (currentPasses: boolean) => ({
    admission: { kind: "denied", message, currentPasses } as const,
  });

  test("checkCapacity() takes a denial that only the new template gets for an answer", () => {
    expect(checkCapacity(...scenario({ ...roomy, snapshot: denied(true) }))).toMatchObject({
      verdict: "ADMISSION_FAILS",
      reasons: [{ reason: "QuotaExceeded", message }],
      completes: { at: 0, of: 1 },
    });
  });

  test("checkCapacity() does not know when the current template is denied too", () => {
    const result = checkCapacity(...scenario({ ...roomy, snapshot: denied(false) }));
    expect(result.verdict).toBe("UNKNOWN");
    expect(result.unknown[0]?.why).toContain(message);
  });

  test("checkCapacity() sees when there is nothing to roll out", () => {
    expect(checkCapacity(...scenario({ ...roomy, unchanged: true })).verdict).toBe("NO_ROLLOUT");
  });
});
