import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CountedReason, ReasonId } from "../../../src/core/capacity/reason-id.ts";
import { reasonCodeOf } from "../../../src/core/capacity/reason-id.ts";
import { parseSchedulerMessage } from "../../../src/core/diagnosis/scheduler-message.ts";
import { reasonIdOf } from "../../../src/core/diagnosis/scheduler-reason.ts";

const counted = (text: string): readonly string[] =>
  parseSchedulerMessage(text).reasons.map(({ count, id }) => `${count} ${id}`);

describe("parseSchedulerMessage() reads every shape", () => {
  test("1.1: the first reason only", () => {
    expect(counted("Failed for reason PodFitsResources and possibly others")).toEqual(["0 insufficient"]);
  });

  test("1.2 and 1.3: a line a node, with numbers", () => {
    const text =
      "pod (web-1) failed to fit in any node\n" +
      "fit failure on node (n1): Node didn't have enough resource: CPU, requested: 100, used: 970, capacity: 1000\n" +
      "fit failure on node (n2): Node didn't have enough resource: PodCount, requested: 1, used: 110, capacity: 110\n" +
      "fit failure on node (n3): Predicate MatchNodeSelector failed\n";
    expect(parseSchedulerMessage(text)).toEqual({
      nodes: 3,
      reasons: [
        {
          count: 1,
          id: "insufficient",
          text: "Node didn't have enough resource: CPU, requested: 100, used: 970, capacity: 1000",
        },
        {
          count: 1,
          id: "too-many-pods",
          text: "Node didn't have enough resource: PodCount, requested: 1, used: 110, capacity: 110",
        },
        { count: 1, id: "node-affinity", text: "MatchNodeSelector" },
      ],
      short: [
        { node: "n1", resource: "cpu", requested: 100, used: 970, capacity: 1000 },
        { node: "n2", resource: "pods", requested: 1, used: 110, capacity: 110 },
      ],
      raw: text,
    });
  });

  test("2016: a single line for a single node", () => {
    const text =
      "fit failure on node (gke-1): Node didn't have enough resource: CPU, requested: 100, used: 970, capacity: 1000";
    expect(parseSchedulerMessage(text).short).toEqual([
      { node: "gke-1", resource: "cpu", requested: 100, used: 970, capacity: 1000 },
    ]);
    expect(counted(text)).toEqual(["1 insufficient"]);
  });

  test("1.4 and 1.5: a summary", () => {
    const text =
      "pod (x) failed to fit in any node\nfit failure summary on nodes : Insufficient cpu (3), MatchNodeSelector (1)";
    expect(counted(text)).toEqual(["3 insufficient", "1 node-affinity"]);
  });

  test("1.6 to 1.8: all predicates", () => {
    const list = "Insufficient cpu (1), PodToleratesNodeTaints (2).";
    const expected = ["1 insufficient", "2 taint"];
    expect(counted(`No nodes are available that match all of the following predicates:: ${list}`)).toEqual(
      expected,
    );
    expect(counted(`No nodes are available that match all of the predicates: ${list}`)).toEqual(expected);
  });

  test("1.9: predicate names", () => {
    const text = "0/3 nodes are available: 1 Insufficient cpu, 2 PodToleratesNodeTaints.";
    expect(counted(text)).toEqual(["1 insufficient", "2 taint"]);
  });

  test("1.10 to 1.17: other words, and a reason of its own", () => {
    expect(counted("0/4 nodes are available: 1 Insufficient pods, 3 node(s) were not ready.")).toEqual([
      "1 too-many-pods",
      "3 node-condition",
    ]);
    expect(counted("pod has unbound immediate PersistentVolumeClaims (repeated 3 times)")).toEqual(["3 pvc"]);
  });

  test("1.18 to 1.23: a comma within the words of a taint", () => {
    const text =
      "0/4 nodes are available: 1 node(s) had taint {a: b}, that the pod didn't tolerate, 3 Insufficient nvidia.com/gpu.";
    expect(parseSchedulerMessage(text)).toMatchObject({
      nodes: 4,
      reasons: [
        { count: 1, id: "taint", text: "node(s) had taint {a: b}, that the pod didn't tolerate" },
        { count: 3, id: "insufficient", text: "Insufficient nvidia.com/gpu" },
      ],
    });
  });

  test("1.24 and later: preemption does not count among the reasons", () => {
    const tails = [
      " preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod..",
      " preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.",
      " preemption: not eligible due to preemptionPolicy=Never.",
      " no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.",
      " still not schedulable",
      " All PostFilter plugins are skipped",
    ];
    for (const tail of tails) {
      expect(counted(`0/2 nodes are available: 2 Insufficient nvidia.com/gpu.${tail}`)).toEqual([
        "2 insufficient",
      ]);
    }
  });

  test("a reason found before the nodes stands for all of them", () => {
    expect(
      parseSchedulerMessage('0/4 nodes are available: persistentvolumeclaim "data.v1" not found. not found'),
    ).toMatchObject({
      nodes: 4,
      reasons: [{ count: 4, id: "pvc", text: 'persistentvolumeclaim "data.v1" not found' }],
    });
    expect(counted("0/3 nodes are available: 3 pod has unbound immediate PersistentVolumeClaims.")).toEqual([
      "3 pvc",
    ]);
  });

  test("no nodes, deleted pods and words of others have no reasons", () => {
    expect(parseSchedulerMessage("no nodes available to schedule pods").nodes).toBe(0);
    expect(counted("skip schedule deleting pod: shop/web")).toEqual([]);
    expect(parseSchedulerMessage("an extender fell over")).toEqual({
      nodes: undefined,
      reasons: [],
      short: [],
      raw: "an extender fell over",
    });
  });

  test("the kubelet's words give numbers too", () => {
    const text =
      "Pod was rejected: Node didn't have enough resource: cpu, requested: 500, used: 800, capacity: 1000";
    expect(parseSchedulerMessage(text)).toMatchObject({
      reasons: [{ count: 0, id: "insufficient" }],
      short: [{ node: undefined, resource: "cpu", requested: 500, used: 800, capacity: 1000 }],
    });
  });

  test("an event's note may be cut anywhere", () => {
    const whole =
      "0/9 nodes are available: 1 Too many pods, 8 Insufficient nvidia.com/gpu. no new claims to deallocate, preemption: 0/9 nodes are available: 9 Preemption is not helpful for scheduling.";
    for (let length = "0/9 nodes are available: 1 Too many pods".length; length < whole.length; length += 1) {
      const ids = counted(`${whole.slice(0, length)} ...`);
      expect(ids[0]).toBe("1 too-many-pods");
      expect(ids.slice(1).every((id) => id === "8 insufficient")).toBe(true);
    }
  });
});

const TEXTS: readonly (readonly [string, ReasonId])[] = [
  ["Insufficient cpu", "insufficient"],
  ["Insufficient example.com/fpga.v2", "insufficient"],
  ["Too many pods", "too-many-pods"],
  ["node(s) had untolerated taint {k.io/a: v}", "taint"],
  ["node(s) had untolerated taint(s)", "taint"],
  ["node(s) had taint {k: v}, that the pod didn't tolerate", "taint"],
  ["node(s) had taints that the pod didn't tolerate", "taint"],
  ["node(s) didn't match node selector", "node-affinity"],
  ["node(s) didn't match Pod's node affinity", "node-affinity"],
  ["node(s) didn't match Pod's node affinity/selector", "node-affinity"],
  ["node(s) didn't satisfy plugin(s) [NodeAffinity]", "node-affinity"],
  ["node(s) didn't match the requested hostname", "node-name"],
  ["node(s) didn't match the requested node name", "node-name"],
  ["node(s) were unschedulable", "cordoned"],
  ["node(s) had disk pressure", "node-condition"],
  ["node(s) didn't have free ports for the requested pod ports", "host-ports"],
  ["node(s) didn't match pod affinity rules", "pod-affinity"],
  ["node(s) didn't match pod affinity/anti-affinity", "pod-affinity"],
  ["node(s) didn't match pod anti-affinity rules", "pod-anti-affinity"],
  ["node(s) didn't satisfy existing pods anti-affinity rules", "existing-anti-affinity"],
  ["node(s) didn't match pod topology spread constraints", "spread"],
  ["node(s) didn't match pod topology spread constraints (missing required label)", "spread-label-missing"],
  ["node(s) had volume node affinity conflict", "volume-node-affinity"],
  ["node(s) didn't match PersistentVolume's node affinity", "volume-node-affinity"],
  ["node(s) had no available volume zone", "volume-zone"],
  ["node(s) didn't find available persistent volumes to bind", "volume-bind"],
  ["node(s) did not have enough free storage", "volume-bind"],
  ["node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)", "volume-bind"],
  ["node(s) exceed max volume count", "volume-count"],
  ["node(s) had no available disk", "disk-conflict"],
  ["node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode", "rwop"],
  [
    "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod",
    "rwop",
  ],
  ['persistentvolume "pv-data" not found', "pvc"],
  ["pod has unbound immediate PersistentVolumeClaims", "pvc"],
  ["cannot allocate all claims", "dra"],
  ["node(s) didn't match Pod's required features", "node-features"],
  ["CheckServiceAffinity", "legacy"],
  ["node(s) are reserved by a plugin of ours", "other"],
  ["No preemption victims found for incoming pod", "preempt-none"],
  ["max node group size reached", "ca-max-size"],
];

describe("reasonIdOf()", () => {
  for (const [text, id] of TEXTS)
    test(`reasonIdOf() takes "${text}" for ${id}`, () => expect(reasonIdOf(text)).toBe(id));
});

describe("parseSchedulerMessage() reads back what was printed", () => {
  const reasons = fc.uniqueArray(
    fc.record({
      count: fc.integer({ min: 1, max: 5000 }),
      text: fc.constantFrom(...TEXTS.map(([text]) => text)),
    }),
    { minLength: 1, maxLength: 6, selector: ({ text }) => text },
  );
  const expected = (given: readonly { count: number; text: string }[]): CountedReason[] =>
    given.map(({ count, text }) => ({ count, text, id: reasonIdOf(text) }));

  test("as counts before reasons", () => {
    const tails = fc.constantFrom(
      "",
      " preemption: 0/7 nodes are available: 7 Insufficient cpu..",
      " no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.",
    );
    fc.assert(
      fc.property(reasons, fc.nat(5000), tails, (given, nodes, tail) => {
        const body = given.map(({ count, text }) => `${count} ${text}`).join(", ");
        const read = parseSchedulerMessage(`0/${nodes} nodes are available: ${body}.${tail}`);
        expect([read.nodes, read.reasons]).toEqual([nodes, expected(given)]);
      }),
    );
  });

  test("as counts after reasons", () => {
    fc.assert(
      fc.property(reasons, (given) => {
        const list = given.map(({ count, text }) => `${text} (${count})`).join(", ");
        const summary = `pod (x) failed to fit in any node\nfit failure summary on nodes : ${list}`;
        expect(parseSchedulerMessage(summary).reasons).toEqual(expected(given));
        const all = `No nodes are available that match all of the predicates: ${list}.`;
        expect(parseSchedulerMessage(all).reasons).toEqual(expected(given));
      }),
    );
  });

  test("and never throws", () => {
    fc.assert(fc.property(fc.string(), (text) => void expect(parseSchedulerMessage(text).raw).toBe(text)));
  });
});

describe("reasonCodeOf()", () => {
  test("reasonCodeOf() takes the latest filter that any node got to", () => {
    const reasons = [
      { count: 9, id: "taint" },
      { count: 1, id: "insufficient" },
    ] as const;
    expect(reasonCodeOf(reasons)).toBe("InsufficientResources");
    expect(reasonCodeOf([...reasons, { count: 1, id: "spread" }])).toBe("TopologySpreadMismatch");
  });

  test("reasonCodeOf() breaks ties by the number of nodes", () => {
    const tie = (pods: number) =>
      reasonCodeOf([
        { count: 2, id: "insufficient" },
        { count: pods, id: "too-many-pods" },
      ]);
    expect([tie(1), tie(3)]).toEqual(["InsufficientResources", "TooManyPods"]);
  });

  test("reasonCodeOf() gives none for no reason, or for what is said of preemption", () => {
    expect(reasonCodeOf([])).toBe(undefined);
    expect(reasonCodeOf([{ count: 1, id: "preempt-none" }])).toBe(undefined);
  });
});
