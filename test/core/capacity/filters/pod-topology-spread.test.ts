import { describe, expect, test } from "vitest";
import type { TopologySpreadConstraint } from "../../../../src/core/model/pod-spec.ts";
import type { Node, PlacedPod } from "../../../../src/core/model/room.ts";
import { NOW, placed, podSpec } from "../builders.ts";
import { isApp, prepared, spread, textsOf, WEB, zoned } from "../views.ts";

const UNEVEN = "node(s) didn't match pod topology spread constraints";
const NO_DOMAIN = `${UNEVEN} (missing required label)`;

const zones = [zoned("a1", "a"), zoned("b1", "b")];
const web = (on: string, extra: Partial<PlacedPod> = {}) => placed(on, {}, { labels: WEB, ...extra });

interface Given {
  readonly nodes?: readonly Node[];
  readonly pods?: readonly PlacedPod[];
  readonly minor?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec?: Parameters<typeof podSpec>[1];
}

const asked = (constraints: readonly TopologySpreadConstraint[], given: Given = {}) => {
  const { nodes = zones, pods = [web("a1")], minor = 36, labels = WEB, spec = {} } = given;
  return prepared(podSpec({}, { topologySpread: constraints, ...spec }), nodes, pods, { minor, labels });
};
const said = (constraint: Partial<TopologySpreadConstraint>, given: Given = {}) =>
  textsOf(asked([spread(constraint)], given));

describe("PodTopologySpread", () => {
  test("refusals() lets a domain exceed the emptiest by maxSkew and no more", () => {
    expect(said({})).toEqual([UNEVEN, ""]);
    expect(said({ maxSkew: 2 })).toEqual(["", ""]);
    expect(said({}, { pods: [web("a1"), web("b1")] })).toEqual(["", ""]);
  });

  test("refusals() counts pods of the own namespace only, and none that terminate", () => {
    expect(said({}, { pods: [web("a1", { namespace: "other" })] })).toEqual(["", ""]);
    expect(said({}, { pods: [web("a1", { deletedAt: NOW })] })).toEqual(["", ""]);
    expect(said({}, { pods: [placed("a1", {}, { labels: { app: "db" } })] })).toEqual(["", ""]);
  });

  test("refusals() counts the pod itself only where the selector matches it", () => {
    const others = { selector: isApp("db") };
    const db = (on: string) => placed(on, {}, { labels: { app: "db" } });
    expect(said(others, { pods: [db("a1")] })).toEqual(["", ""]);
    expect(said(others, { pods: [db("a1"), db("a1")] })).toEqual([UNEVEN, ""]);
  });

  test("refusals() keeps the pod off nodes without the label, and does not count their domains", () => {
    const bare = { ...zoned("x", "x"), labels: {} };
    expect(said({}, { nodes: [...zones, bare], pods: [] })).toEqual(["", "", NO_DOMAIN]);
    expect(asked([spread()], { nodes: [bare] }).refusals(0)[0]?.resolvable).toBe(false);
    expect(asked([spread()]).refusals(0)[0]?.resolvable).toBe(true);
    // A domain of which every node lacks the label of another constraint holds nothing down.
    const both = [spread(), spread({ topologyKey: "rack" })];
    const racked = { ...zoned("a1", "a"), labels: { zone: "a", rack: "1" } };
    expect(textsOf(asked(both, { nodes: [racked, zoned("b1", "b")] }))).toEqual(["", NO_DOMAIN]);
  });

  test("refusals() lets tainted nodes hold the least at zero, unless taints are honoured", () => {
    const taint = { key: "team", value: "db", effect: "NoSchedule" };
    const nodes = [zoned("a1", "a"), zoned("b1", "b", { taints: [taint] })];
    const tainted = "node(s) had untolerated taint(s)";
    expect(said({}, { nodes })).toEqual([UNEVEN, tainted]);
    expect(said({ nodeTaintsPolicy: "Honor" }, { nodes })).toEqual(["", tainted]);
  });

  test("refusals() lets cordoned and full nodes hold the least at zero", () => {
    const cordoned = [zoned("a1", "a"), zoned("b1", "b", { unschedulable: true })];
    expect(said({ nodeTaintsPolicy: "Honor" }, { nodes: cordoned })).toEqual([
      UNEVEN,
      "node(s) were unschedulable",
    ]);
  });

  test("refusals() ignores domains that the selector of nodes rules out, unless affinity is ignored", () => {
    const spec = { nodeSelector: { zone: "a" } };
    const elsewhere = "node(s) didn't match Pod's node affinity/selector";
    expect(said({}, { spec })).toEqual(["", elsewhere]);
    expect(said({ nodeAffinityPolicy: "Ignore" }, { spec })).toEqual([UNEVEN, elsewhere]);
  });

  test("refusals() takes the least for zero while there are fewer domains than minDomains", () => {
    const pods = [web("a1"), web("b1")];
    expect(said({ minDomains: 2 }, { pods })).toEqual(["", ""]);
    expect(said({ minDomains: 3 }, { pods })).toEqual([UNEVEN, UNEVEN]);
  });

  test("refusals() counts for an empty selector nothing since 1.27, and selects nothing without one", () => {
    expect(said({ selector: [] })).toEqual(["", ""]);
    expect(said({ selector: [] }, { minor: 26 })).toEqual([UNEVEN, ""]);
    expect(said({ selector: undefined, matchLabelKeys: ["app"] })).toEqual(["", ""]);
  });

  test("refusals() narrows the selector by matchLabelKeys since 1.27", () => {
    const labels = { ...WEB, "pod-template-hash": "new" };
    const pods = [web("a1", { labels: { ...WEB, "pod-template-hash": "old" } })];
    const constraint = { matchLabelKeys: ["pod-template-hash", "absent"] };
    expect(said(constraint, { labels, pods })).toEqual(["", ""]);
    expect(said(constraint, { labels, pods, minor: 26 })).toEqual([UNEVEN, ""]);
    expect(said(constraint, { labels, pods: [web("a1", { labels })] })).toEqual([UNEVEN, ""]);
  });

  test("refusals() reports the first constraint that fails", () => {
    const hosts = spread({ topologyKey: "kubernetes.io/hostname", maxSkew: 9 });
    expect(textsOf(asked([hosts, spread()]))).toEqual([UNEVEN, ""]);
    expect(textsOf(asked([hosts, spread({ topologyKey: "rack" })]))).toEqual([NO_DOMAIN, NO_DOMAIN]);
  });

  test("slots() counts up to what the other domains allow", () => {
    expect(asked([spread({ maxSkew: 3 })]).slots(0)).toBe(2);
    expect(asked([spread({ maxSkew: 3 })]).slots(1)).toBe(4);
    expect(asked([spread()], { nodes: [zoned("a1", "a")] }).slots(0)).toBe(109);
  });

  test("reaches() knows that a selected pod matters to nodes elsewhere", () => {
    const scheduling = asked([spread()]);
    expect(scheduling.reaches(web("a1"))).toBe(true);
    expect(scheduling.reaches(web("a1", { deletedAt: NOW }))).toBe(false);
    expect(scheduling.local).toBe(false);
  });

  test("signature() tells zones apart, and hosts only by what they hold", () => {
    const signatures = (key: string) => {
      const scheduling = asked([spread({ topologyKey: key })], {
        nodes: [...zones, zoned("b2", "b")],
      });
      return [0, 1, 2].map((index) => scheduling.signature(index));
    };
    const [a1, b1, b2] = signatures("zone");
    expect([a1 === b1, b1 === b2]).toEqual([false, true]);
    const [full, empty, other] = signatures("kubernetes.io/hostname");
    expect([full === empty, empty === other]).toEqual([false, true]);
  });
});
