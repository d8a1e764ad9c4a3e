import { expect, test } from "vitest";
import { interestOf } from "../../../src/core/capacity/namespaces.ts";
import type { PodAffinityTerm } from "../../../src/core/model/pod-spec.ts";

const web = [{ key: "app", operator: "In", values: ["web"] }];
const prod = [{ key: "env", operator: "In", values: ["prod"] }];
const byName = [{ key: "kubernetes.io/metadata.name", operator: "In", values: ["other"] }];
const term = (more: Partial<PodAffinityTerm> = {}): PodAffinityTerm => ({
  topologyKey: "zone",
  selector: web,
  namespaces: [],
  namespaceSelector: undefined,
  matchLabelKeys: [],
  mismatchLabelKeys: [],
  ...more,
});
const interest = (own: readonly PodAffinityTerm[], others: readonly PodAffinityTerm[] = []) =>
  interestOf({
    namespace: "shop",
    labels: { app: "web" },
    pod: { podAffinity: [], podAntiAffinity: own },
    pods: [{ repels: [] }, { repels: others }],
  });

test("interestOf() wants all namespaces where a term of the new pod selects by their labels", () => {
  expect(interest([term(), term({ namespaceSelector: prod })])).toBe("all");
  expect(interest([term({ namespaceSelector: [...byName, ...prod] })])).toBe("all");
  const pod = { podAffinity: [term({ namespaceSelector: prod })], podAntiAffinity: [] };
  expect(interestOf({ namespace: "shop", labels: {}, pod, pods: [] })).toBe("all");
});

test("interestOf() wants our own where a pod that would refuse ours selects by its labels", () => {
  expect(interest([], [term({ namespaceSelector: prod })])).toBe("own");
});

test.each<[string, readonly PodAffinityTerm[], readonly PodAffinityTerm[]]>([
  ["no term selects namespaces", [term({ namespaces: ["a"] })], [term()]],
  ["a term takes every namespace", [term({ namespaceSelector: [] })], [term({ namespaceSelector: [] })]],
  ["a term selects by name", [term({ namespaceSelector: byName })], [term({ namespaceSelector: byName })]],
  ["the pod that selects them does not mean ours", [], [term({ selector: prod, namespaceSelector: prod })]],
  ["it means no pod at all", [], [term({ selector: undefined, namespaceSelector: prod })]],
])("interestOf() wants none where %s", (_, own, others) => {
  expect(interest(own, others)).toBe("none");
});
