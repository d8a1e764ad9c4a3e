import { describe, expect, test } from "vitest";
import { withDefaults } from "../../../src/core/capacity/defaults.ts";
import { schedulerRequests } from "../../../src/core/capacity/requests.ts";
import type { LimitRange } from "../../../src/core/model/limit-range.ts";
import type { PodSpec } from "../../../src/core/model/pod-spec.ts";
import { limitRange } from "./admission/builders.ts";
import { container, podSpec, quantities } from "./builders.ts";

const limited = (requests: Record<string, string>, limits: Record<string, string>): PodSpec =>
  podSpec({}, { containers: [container(requests, { limits: quantities(limits) })] });

const range = (name: string, item: Parameters<typeof limitRange>[1]): LimitRange => limitRange(name, item);

const cpuOf = (spec: PodSpec, ...ranges: LimitRange[]) =>
  schedulerRequests(withDefaults(spec, ranges).spec).get("cpu");

describe("withDefaults()", () => {
  test("withDefaults() requests what is limited, unless the request is set", () => {
    expect(cpuOf(limited({}, { cpu: "2" }))).toBe(2000);
    expect(cpuOf(limited({ cpu: "1" }, { cpu: "2" }))).toBe(1000);
  });

  test("withDefaults() fills requests from a LimitRange: defaultRequest, else default, max, min", () => {
    const bare = podSpec({});
    expect(cpuOf(bare, range("a", { default: { cpu: "4" }, defaultRequest: { cpu: "1" } }))).toBe(1000);
    expect(cpuOf(bare, range("a", { default: { cpu: "4" } }))).toBe(4000);
    expect(cpuOf(bare, range("a", { max: { cpu: "5" } }))).toBe(5000);
    expect(cpuOf(bare, range("a", { min: { cpu: "100m" } }))).toBe(100);
    expect(cpuOf(bare)).toBe(undefined);
  });

  test("withDefaults() does not apply a default request over a limit of the container", () => {
    expect(cpuOf(limited({}, { cpu: "2" }), range("a", { defaultRequest: { cpu: "1" } }))).toBe(2000);
  });

  test("withDefaults() says when several LimitRanges leave it open what is requested", () => {
    const [one, two] = [
      range("one", { defaultRequest: { cpu: "1" } }),
      range("two", { defaultRequest: { cpu: "2" } }),
    ];
    expect(withDefaults(podSpec({}), [one, two]).gaps).toEqual([
      { what: "LimitRange defaults", why: "one, two differ, and the API applies them in no certain order" },
    ]);
    expect(withDefaults(podSpec({}), [one, { ...one, name: "same" }]).gaps).toEqual([]);
    expect(withDefaults(podSpec({ cpu: "3" }), [one, two]).gaps).toEqual([]);
  });

  test("withDefaults() takes pod-level requests from the containers, else from pod-level limits", () => {
    const podLimits = quantities({ cpu: "4" });
    expect(cpuOf(podSpec({ cpu: "1" }, { podLimits }))).toBe(1000);
    expect(cpuOf(podSpec({}, { podLimits }))).toBe(4000);
  });

  test("withDefaults() rounds to what the API keeps", () => {
    expect(withDefaults(podSpec({ cpu: "0.1m" }), []).spec.containers[0]?.requests).toEqual(
      quantities({ cpu: "1m" }),
    );
  });

  test("withDefaults() adds the tolerations that every pod gets, where it has none of its own", () => {
    const added = (spec: PodSpec) => withDefaults(spec, []).spec.tolerations.map(({ key }) => key);
    expect(added(podSpec({}))).toEqual(["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]);
    const all = { key: undefined, operator: "Exists", value: "", effect: undefined };
    expect(added(podSpec({}, { tolerations: [all] }))).toEqual([undefined]);
  });

  test("withDefaults() knows that a default limit of ephemeral storage can evict", () => {
    const storage = range("a", { default: { "ephemeral-storage": "1Gi" } });
    expect(withDefaults(podSpec({}), [storage]).spec.storageLimited).toBe(true);
    expect(withDefaults(podSpec({}), []).spec.storageLimited).toBe(false);
  });
});
