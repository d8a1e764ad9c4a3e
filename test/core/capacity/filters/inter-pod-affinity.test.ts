import { describe, expect, test } from "vitest";
import type { ClusterView } from "../../../../src/core/capacity/filters/filter.ts";
import type { PodAffinityTerm, PodSpec } from "../../../../src/core/model/pod-spec.ts";
import type { Node, PlacedPod } from "../../../../src/core/model/room.ts";
import { NOW, placed, podSpec } from "../builders.ts";
import { isApp, prepared, term, textsOf, WEB, zoned } from "../views.ts";

const FAR = "node(s) didn't match pod affinity rules";
const NEAR = "node(s) didn't match pod anti-affinity rules";
const UNWANTED = "node(s) didn't satisfy existing pods anti-affinity rules";

const zones = [zoned("a1", "a"), zoned("a2", "a"), zoned("b1", "b")];
const db = (on: string, extra: Partial<PlacedPod> = {}) =>
  placed(on, {}, { labels: { app: "db" }, ...extra });
const toDb = (extra: Partial<PodAffinityTerm> = {}) => term({ selector: isApp("db"), ...extra });

const asked = (
  spec: Partial<PodSpec>,
  pods: readonly PlacedPod[],
  extra: Partial<ClusterView> & { readonly labels?: Readonly<Record<string, string>> } = {},
  nodes: readonly Node[] = zones,
) => prepared(podSpec({}, spec), nodes, pods, extra);

describe("required pod affinity", () => {
  test("refusals() wants the pod that a term names in the node's domain", () => {
    expect(textsOf(asked({ podAffinity: [toDb()] }, [db("a1")]))).toEqual(["", "", FAR]);
    expect(textsOf(asked({ podAffinity: [toDb()] }, []))).toEqual([FAR, FAR, FAR]);
    expect(textsOf(asked({ podAffinity: [toDb()] }, [db("a1", { deletedAt: NOW })]))).toEqual(["", "", FAR]);
    expect(asked({ podAffinity: [toDb()] }, []).refusals(0)[0]?.resolvable).toBe(false);
  });

  test("refusals() counts only pods that match all terms", () => {
    const podAffinity = [toDb(), term({ selector: isApp("cache"), topologyKey: "kubernetes.io/hostname" })];
    const cache = placed("a1", {}, { labels: { app: "cache" } });
    expect(textsOf(asked({ podAffinity }, [db("a1"), cache]))).toEqual([FAR, FAR, FAR]);
    const twice = [toDb(), toDb({ topologyKey: "kubernetes.io/hostname" })];
    expect(textsOf(asked({ podAffinity: twice }, [db("a1")]))).toEqual(["", FAR, FAR]);
  });

  test("refusals() lets the first of a series go to any node that has all keys", () => {
    const bare = { ...zoned("x", "x"), labels: {} };
    const own = { podAffinity: [term()] };
    expect(textsOf(asked(own, [], {}, [...zones, bare]))).toEqual(["", "", "", FAR]);
    const other = placed("a1", {}, { labels: WEB, namespace: "other" });
    expect(textsOf(asked(own, [other]))).toEqual(["", "", ""]);
    expect(textsOf(asked(own, [placed("b1", {}, { labels: WEB })]))).toEqual([FAR, FAR, ""]);
  });

  test("refusals() takes a pod on a node without the key for none", () => {
    const bare = { ...zoned("x", "x"), labels: {} };
    const lonely = [placed("x", {}, { labels: WEB })];
    expect(textsOf(asked({ podAffinity: [term()] }, lonely, {}, [...zones, bare]))).toEqual([
      "",
      "",
      "",
      FAR,
    ]);
  });

  test("refusals() matches nothing without a selector, everything with an empty one", () => {
    const any = placed("a1", {}, {});
    expect(textsOf(asked({ podAffinity: [toDb({ selector: undefined })] }, [any]))).toEqual([FAR, FAR, FAR]);
    expect(textsOf(asked({ podAffinity: [toDb({ selector: [] })] }, [any]))).toEqual(["", "", FAR]);
  });
});

describe("required pod anti-affinity", () => {
  test("refusals() keeps the domain of a pod that a term names free", () => {
    expect(textsOf(asked({ podAntiAffinity: [toDb()] }, [db("a1")]))).toEqual([NEAR, NEAR, ""]);
    expect(textsOf(asked({ podAntiAffinity: [toDb()] }, [db("a1", { deletedAt: NOW })]))[0]).toBe(NEAR);
    const bare = { ...zoned("x", "x"), labels: {} };
    expect(textsOf(asked({ podAntiAffinity: [toDb()] }, [db("x")], {}, [bare]))).toEqual([""]);
    expect(asked({ podAntiAffinity: [toDb()] }, [db("a1")]).refusals(0)[0]?.resolvable).toBe(true);
  });

  test("refusals() minds any of the terms", () => {
    const podAntiAffinity = [
      toDb(),
      term({ selector: isApp("cache"), topologyKey: "kubernetes.io/hostname" }),
    ];
    const cache = placed("b1", {}, { labels: { app: "cache" } });
    expect(textsOf(asked({ podAntiAffinity }, [db("a1"), cache]))).toEqual([NEAR, NEAR, NEAR]);
    expect(textsOf(asked({ podAntiAffinity }, [cache]))).toEqual(["", "", NEAR]);
  });

  test("refusals() looks into the namespaces that a term names or selects", () => {
    const foreign = db("a1", { namespace: "data" });
    const namespaceLabels = new Map([["data", { tier: "data" }]]);
    const said = (extra: Partial<PodAffinityTerm>) =>
      textsOf(asked({ podAntiAffinity: [toDb(extra)] }, [foreign], { namespaceLabels }))[0];
    expect(said({})).toBe("");
    expect(said({ namespaces: ["data"] })).toBe(NEAR);
    expect(said({ namespaces: ["shop"] })).toBe("");
    expect(said({ namespaceSelector: [] })).toBe(NEAR);
    expect(said({ namespaceSelector: [{ key: "tier", operator: "In", values: ["data"] }] })).toBe(NEAR);
    expect(said({ namespaceSelector: [{ key: "tier", operator: "In", values: ["web"] }] })).toBe("");
  });

  test("refusals() folds matchLabelKeys and mismatchLabelKeys in since 1.31", () => {
    const labels = { ...WEB, "pod-template-hash": "new" };
    const pods = [placed("a1", {}, { labels: { ...WEB, "pod-template-hash": "old" } })];
    const said = (extra: Partial<PodAffinityTerm>, minor: number) =>
      textsOf(asked({ podAntiAffinity: [term(extra)] }, pods, { minor, labels }))[0];
    const hash = ["pod-template-hash"];
    expect([said({ matchLabelKeys: hash }, 30), said({ matchLabelKeys: hash }, 31)]).toEqual([NEAR, ""]);
    expect(said({ mismatchLabelKeys: hash }, 31)).toBe(NEAR);
    expect(said({ mismatchLabelKeys: ["app"] }, 31)).toBe("");
  });

  test("slots() gives one place per node to pods that keep each other away", () => {
    const host = term({ topologyKey: "kubernetes.io/hostname" });
    expect(asked({ podAntiAffinity: [host] }, []).slots(0)).toBe(1);
    expect(asked({ podAntiAffinity: [toDb()] }, []).slots(0)).toBe(110);
    expect(asked({ podAntiAffinity: [term({ topologyKey: "rack" })] }, []).slots(0)).toBe(110);
  });

  test("local is true where hosts are the only domains", () => {
    expect(asked({ podAntiAffinity: [term({ topologyKey: "kubernetes.io/hostname" })] }, []).local).toBe(
      true,
    );
    expect(asked({ podAntiAffinity: [term()] }, []).local).toBe(false);
    expect(asked({ podAntiAffinity: [toDb()] }, []).local).toBe(true);
    expect(asked({ podAntiAffinity: [toDb()] }, [db("a1")]).local).toBe(false);
    const twins = [zoned("a1", "a"), { ...zoned("a2", "a"), labels: { "kubernetes.io/hostname": "a1" } }];
    const host = { podAntiAffinity: [term({ topologyKey: "kubernetes.io/hostname" })] };
    expect(asked(host, [], {}, twins).local).toBe(false);
  });
});

describe("anti-affinity of pods that are there", () => {
  const repelling = (extra: Partial<PodAffinityTerm> = {}, pod: Partial<PlacedPod> = {}) =>
    db("a1", { repels: [term(extra)], ...pod });

  test("refusals() keeps the pod out of the domain of one that will not have it", () => {
    expect(textsOf(asked({}, [repelling()]))).toEqual([UNWANTED, UNWANTED, ""]);
    expect(textsOf(asked({}, [repelling({}, { deletedAt: NOW })]))[0]).toBe(UNWANTED);
    expect(textsOf(asked({}, [repelling({ topologyKey: "kubernetes.io/hostname" })]))).toEqual([
      UNWANTED,
      "",
      "",
    ]);
    expect(textsOf(asked({}, [repelling({ selector: isApp("db") })]))).toEqual(["", "", ""]);
    expect(textsOf(asked({}, [repelling({ topologyKey: "rack" })]))).toEqual(["", "", ""]);
  });

  test("refusals() judges namespaces by the labels of the pod's own", () => {
    const foreign = { namespace: "data" };
    const tier = (value: string) => [{ key: "tier", operator: "In", values: [value] }];
    const said = (extra: Partial<PodAffinityTerm>) =>
      textsOf(
        asked({}, [repelling(extra, foreign)], { namespaceLabels: new Map([["shop", { tier: "web" }]]) }),
      )[0];
    expect(said({})).toBe("");
    expect(said({ namespaces: ["shop"] })).toBe(UNWANTED);
    expect(said({ namespaceSelector: tier("web") })).toBe(UNWANTED);
    expect(said({ namespaceSelector: tier("data") })).toBe("");
    expect(said({ namespaceSelector: [] })).toBe(UNWANTED);
  });

  test("refusals() knows a namespace whose labels were not read by its name", () => {
    const byName = [{ key: "kubernetes.io/metadata.name", operator: "In", values: ["shop"] }];
    expect(textsOf(asked({}, [repelling({ namespaceSelector: byName }, { namespace: "data" })]))[0]).toBe(
      UNWANTED,
    );
  });

  test("refusals() names one failure only: affinity, then anti-affinity, then that of others", () => {
    const all = { podAffinity: [toDb()], podAntiAffinity: [toDb()] };
    expect(textsOf(asked(all, [repelling()]))).toEqual([NEAR, NEAR, FAR]);
  });
});
