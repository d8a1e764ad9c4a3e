import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toIncoming } from "../../../src/core/capacity/room.ts";
import { type Scheduling, schedulingOf } from "../../../src/core/capacity/scheduling.ts";
import type { PodSpec } from "../../../src/core/model/pod-spec.ts";
import type { Node, PlacedPod } from "../../../src/core/model/room.ts";
import { container, NOW, node, placed, podSpec } from "./builders.ts";
import { isApp, prepared, spread, term, textsOf, viewOf, WEB, zoned } from "./views.ts";

const labelled = fc.constantFrom({}, WEB, { app: "db" });
const key = fc.constantFrom("zone", "kubernetes.io/hostname", "rack");
const terms = fc.array(
  fc
    .record({
      topologyKey: key,
      selector: fc.constantFrom(isApp("web"), isApp("db"), []),
      namespaces: fc.constantFrom([], ["shop"], ["data"]),
    })
    .map(term),
  { maxLength: 2 },
);
const arbitraryNode = (index: number): fc.Arbitrary<Node> =>
  fc
    .record({
      zone: fc.constantFrom("a", "b", undefined),
      cpu: fc.integer({ min: 1, max: 4 }),
      rack: fc.boolean(),
    })
    .map(({ zone, cpu, rack }) => ({
      ...node(`n${index}`, { cpu: `${cpu}`, pods: "4" }),
      labels: {
        "kubernetes.io/hostname": `n${index}`,
        ...(zone !== undefined && { zone }),
        ...(rack && { rack: "r" }),
      },
    }));
const arbitraryNodes = fc.tuple(arbitraryNode(0), arbitraryNode(1), arbitraryNode(2), arbitraryNode(3));
const ports = fc.constantFrom([], [], [{ ip: "0.0.0.0", protocol: "TCP", port: 80 }]);
const arbitraryPod: fc.Arbitrary<PlacedPod> = fc
  .record({
    on: fc.integer({ min: 0, max: 3 }),
    namespace: fc.constantFrom("shop", "data"),
    labels: labelled,
    hostPorts: ports,
    repels: terms,
    cpu: fc.constantFrom("0", "500m", "1"),
    leaving: fc.boolean(),
    promised: fc.boolean(),
    priority: fc.constantFrom(-1, 0),
  })
  .map(({ on, cpu, leaving, promised, ...extra }) =>
    placed(
      `n${on}`,
      { cpu },
      {
        ...extra,
        ...(leaving && { deletedAt: NOW }),
        ...(promised && { nodeName: undefined, nominatedNodeName: `n${on}` }),
      },
    ),
  );
const arbitraryPods = fc.array(arbitraryPod, { maxLength: 6 });
const arbitrarySpec: fc.Arbitrary<PodSpec> = fc
  .record({
    podAffinity: terms,
    podAntiAffinity: terms,
    topologySpread: fc.array(
      fc
        .record({
          topologyKey: key,
          maxSkew: fc.integer({ min: 1, max: 3 }),
          minDomains: fc.integer({ min: 1, max: 3 }),
          selector: fc.constantFrom(isApp("web"), isApp("db"), [], undefined),
        })
        .map(spread),
      { maxLength: 2 },
    ),
    cpu: fc.constantFrom("0", "500m", "1"),
    hostPorts: ports,
  })
  .map(({ cpu, hostPorts, ...extra }) =>
    podSpec({}, { containers: [container({ cpu }, { hostPorts })], ...extra }),
  );

const anyCluster = { spec: arbitrarySpec, nodes: arbitraryNodes, pods: arbitraryPods };
const isThere = ({ nodeName }: PlacedPod): boolean => nodeName !== undefined;

const seen = (scheduling: Scheduling) =>
  Array.from({ length: scheduling.size }, (_, index) => ({
    refusals: scheduling.refusals(index),
    slots: scheduling.slots(index),
    pods: scheduling.room(index).pods,
    used: [...scheduling.pod.requests.keys()].map((name) => scheduling.room(index).used.get(name) ?? 0),
  }));

describe("schedulingOf()", () => {
  test("add() then remove() changes nothing", () => {
    fc.assert(
      fc.property(fc.record({ ...anyCluster, moved: arbitraryPod }), ({ spec, nodes, pods, moved }) => {
        const scheduling = prepared(spec, nodes, pods);
        const before = seen(scheduling);
        scheduling.add(1, moved);
        scheduling.add(0, scheduling.placed);
        scheduling.remove(1, moved);
        scheduling.remove(0, scheduling.placed);
        expect(seen(scheduling)).toEqual(before);
      }),
    );
  });

  test("pods put down one by one count as those that were there from the start", () => {
    fc.assert(
      fc.property(fc.record(anyCluster), ({ spec, nodes, pods }) => {
        const there = pods.filter(isThere);
        const scheduling = prepared(
          spec,
          nodes,
          pods.filter((pod) => !isThere(pod)),
        );
        for (const pod of there) scheduling.add(Number(pod.nodeName?.slice(1)), pod);
        expect(textsOf(scheduling)).toEqual(textsOf(prepared(spec, nodes, pods)));
      }),
    );
  });

  test("pods taken away one by one count as those that never were there", () => {
    fc.assert(
      fc.property(fc.record(anyCluster), ({ spec, nodes, pods }) => {
        const scheduling = prepared(spec, nodes, pods);
        for (const pod of pods.filter(isThere)) scheduling.remove(Number(pod.nodeName?.slice(1)), pod);
        const rest = prepared(
          spec,
          nodes,
          pods.filter((pod) => !isThere(pod)),
        );
        expect(textsOf(scheduling)).toEqual(textsOf(rest));
      }),
    );
  });

  test("the order of nodes and pods makes no difference", () => {
    fc.assert(
      fc.property(fc.record(anyCluster), ({ spec, nodes, pods }) => {
        const turned = prepared(spec, [...nodes].reverse(), [...pods].reverse());
        expect([...textsOf(turned)].reverse()).toEqual(textsOf(prepared(spec, nodes, pods)));
      }),
    );
  });

  test("slots() is as many as are admitted one after the other", () => {
    fc.assert(
      fc.property(fc.record(anyCluster), ({ spec, nodes, pods }) => {
        const scheduling = prepared(spec, nodes, pods);
        for (const index of nodes.keys()) {
          const slots = scheduling.slots(index);
          let admitted = 0;
          for (; scheduling.refusals(index).length === 0; admitted += 1)
            scheduling.add(index, scheduling.placed);
          for (let gone = 0; gone < admitted; gone += 1) scheduling.remove(index, scheduling.placed);
          expect(slots).toBe(admitted);
        }
      }),
    );
  });

  test("reaches() is true of every pod that changes what is said of another node", () => {
    fc.assert(
      fc.property(fc.record({ ...anyCluster, moved: arbitraryPod }), ({ spec, nodes, pods, moved }) => {
        const scheduling = prepared(spec, nodes, pods);
        const before = textsOf(scheduling);
        scheduling.add(0, moved);
        const changed = textsOf(scheduling).some((text, index) => index !== 0 && text !== before[index]);
        expect(changed && !scheduling.reaches(moved)).toBe(false);
      }),
    );
  });

  test("attracts() is true of every pod that makes a node fit while it is being deleted", () => {
    fc.assert(
      fc.property(fc.record({ ...anyCluster, pod: arbitraryPod }), ({ spec, nodes, pods, pod }) => {
        const scheduling = prepared(spec, nodes, pods);
        const leaving = { ...pod, deletedAt: NOW };
        const before = textsOf(scheduling);
        scheduling.add(0, leaving);
        const helps = textsOf(scheduling).some((text, index) => text === "" && before[index] !== "");
        expect(helps && !scheduling.attracts(leaving)).toBe(false);
      }),
    );
  });

  test("nodes of one signature stay interchangeable to pods that come", () => {
    fc.assert(
      fc.property(
        fc.record({ ...anyCluster, on: fc.integer({ min: 0, max: 3 }) }),
        ({ spec, nodes, pods, on }) => {
          const scheduling = prepared(spec, nodes, pods);
          const signatures = [0, 1, 2, 3].map((index) => scheduling.signature(index));
          const texts = textsOf(scheduling);
          const twin = signatures.findIndex((text, index) => index !== on && text === signatures[on]);
          if (twin === -1) return;
          expect(texts[twin]).toBe(texts[on]);
          const puttingOn = (index: number) => {
            scheduling.add(index, scheduling.placed);
            const said = [0, 1, 2, 3].map((other) => scheduling.refusals(other).length > 0);
            scheduling.remove(index, scheduling.placed);
            return {
              itself: said[index],
              pair: [said[on], said[twin]].sort(),
              others: said.filter((_, other) => other !== on && other !== twin),
            };
          };
          expect(puttingOn(on)).toEqual(puttingOn(twin));
        },
      ),
    );
  });

  test("refusals() leaves room for a pod that was promised the node, unless it gives way", () => {
    const promised = (priority: number) =>
      placed("a", { cpu: "800m" }, { nodeName: undefined, nominatedNodeName: "a", priority });
    const said = (priority: number) =>
      textsOf(prepared(podSpec({ cpu: "500m" }), [node("a", { cpu: "1" })], [promised(priority)]));
    expect([said(-1), said(0)]).toEqual([[""], ["Insufficient cpu"]]);
  });

  test("refusals() does not count on a pod that was promised a node", () => {
    const db = placed("a1", {}, { labels: { app: "db" }, nodeName: undefined, nominatedNodeName: "a1" });
    const far = "node(s) didn't match pod affinity rules";
    const wanting = podSpec({}, { podAffinity: [term({ selector: isApp("db") })] });
    expect(textsOf(prepared(wanting, [zoned("a1", "a")], [db]))).toEqual([far]);
    expect(textsOf(prepared(wanting, [zoned("a1", "a")], [{ ...db, nodeName: "a1" }]))).toEqual([""]);
  });

  test("a pod with a scheduling gate has no place, whatever is free", () => {
    const gated = prepared(podSpec({}, { schedulingGates: ["example.com/wait"] }), [node("a", { cpu: "1" })]);
    expect(gated.refusal?.id).toBe("scheduling-gate");
    expect(gated.slots(0)).toBe(0);
    expect(prepared(podSpec({}), [node("a", { cpu: "1" })]).slots(0)).toBe(110);
  });

  test("slots() is counted, not tried, beside pods that were promised the node", () => {
    const promised = placed("a", {}, { nodeName: undefined, nominatedNodeName: "a" });
    const endless = node("a", { cpu: "1", pods: "1000000000" });
    expect(prepared(podSpec({}), [endless], [promised]).slots(0)).toBe(999_999_999);
  });

  test("local is true of a pod that minds no neighbours", () => {
    const neighbours = [placed("a", {}, { labels: WEB })];
    expect(schedulingOf(toIncoming(podSpec({})), viewOf([node("a", {})], neighbours)).local).toBe(true);
  });
});
