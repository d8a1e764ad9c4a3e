import { describe, expect, test } from "vitest";
import { type AdmissionRules, admitLocally } from "../../../../src/core/capacity/admission/local.ts";
import { sameDemands } from "../../../../src/core/capacity/admission/same-demands.ts";
import { NO_ADMISSION } from "../../../../src/core/capacity/admission/written.ts";
import type { PriorityClass, RuntimeClass } from "../../../../src/core/model/pod-classes.ts";
import type { PodSpec } from "../../../../src/core/model/pod-spec.ts";
import type { PodAdmission } from "../../../../src/core/model/quota.ts";
import { container, podSpec, quantities } from "../builders.ts";
import { limitRange } from "./builders.ts";

const NO_RULES: AdmissionRules = { limitRanges: [], priorityClasses: [], runtimeClasses: [] };
const admit = (spec: PodSpec, rules: Partial<AdmissionRules> = {}) =>
  admitLocally(spec, { ...NO_RULES, ...rules }, "web-");
const withAdmission = (extra: Partial<PodAdmission>, spec = podSpec({ cpu: "1" })): PodSpec => ({
  ...spec,
  admission: { ...NO_ADMISSION, ...extra },
});
const forbidden = (tail: string): string => `pods "web-" is forbidden: ${tail}`;

describe("admitLocally() with PriorityClasses", () => {
  const named = (name: string, value: number, extra: Partial<PriorityClass> = {}): PriorityClass => ({
    name,
    value,
    globalDefault: false,
    preemptionPolicy: "PreemptLowerPriority",
    ...extra,
  });
  const high = named("high", 100, { preemptionPolicy: "Never" });

  test("admitLocally() gives priority and policy of the class that the pod names", () => {
    const { spec, refusal } = admit(withAdmission({ priorityClassName: "high" }), {
      priorityClasses: [high],
    });
    expect(refusal).toBe("");
    expect(spec).toMatchObject({ priority: 100, preemptionPolicy: "Never" });
  });

  test("admitLocally() gives a pod without a class the default one, of several the lowest, else none", () => {
    const usual = (name: string, value: number) => named(name, value, { globalDefault: true });
    const classes = [usual("b", 20), usual("a", 10), high];
    expect(admit(podSpec({}), { priorityClasses: classes }).spec).toMatchObject({
      priority: 10,
      admission: { priorityClassName: "a" },
    });
    expect(admit(podSpec({}), { priorityClasses: [high] }).spec).toMatchObject({
      priority: 0,
      admission: { priorityClassName: "" },
    });
  });

  test("admitLocally() refuses a class that is not there, unless classes could not be read", () => {
    const spec = withAdmission(
      { priorityClassName: "low" },
      podSpec({}, { unmodelled: ["priorityClassName"] }),
    );
    expect(admit(spec, { priorityClasses: [high] }).refusal).toBe(
      forbidden("no PriorityClass with name low was found"),
    );
    const unread = admit(spec, { priorityClasses: undefined });
    expect(unread.refusal).toBe("");
    expect(unread.spec.unmodelled).toEqual(["priorityClassName"]);
  });

  test("admitLocally() knows the priority once its class is known", () => {
    const spec = withAdmission(
      { priorityClassName: "high" },
      podSpec({}, { unmodelled: ["priorityClassName"] }),
    );
    expect(admit(spec, { priorityClasses: [high] }).spec.unmodelled).toEqual([]);
  });

  test("admitLocally() refuses a priority that is not the class's", () => {
    const spec = { ...withAdmission({ priorityClassName: "high" }), priority: 7 };
    expect(admit(spec, { priorityClasses: [high] }).refusal).toBe(
      forbidden(
        "the integer value of priority (7) must not be provided in pod spec; priority admission controller computed 100 from the given PriorityClass name",
      ),
    );
    expect(admit({ ...spec, priority: 100 }, { priorityClasses: [high] }).refusal).toBe("");
  });
});

describe("admitLocally() with RuntimeClasses", () => {
  const sandbox: RuntimeClass = {
    name: "sandbox",
    overhead: quantities({ cpu: "250m" }),
    nodeSelector: { sandbox: "yes" },
    tolerations: [{ key: "sandbox", operator: "Exists", value: "", effect: "NoSchedule" }],
  };
  const inSandbox = (spec?: PodSpec) => withAdmission({ runtimeClassName: "sandbox" }, spec);

  test("admitLocally() adds overhead, node labels and tolerations of the class, each toleration once", () => {
    const own = podSpec({ cpu: "1" }, { nodeSelector: { disk: "ssd" }, tolerations: sandbox.tolerations });
    const { spec } = admit(inSandbox(own), { runtimeClasses: [sandbox] });
    expect(spec).toMatchObject({
      overhead: sandbox.overhead,
      nodeSelector: { disk: "ssd", sandbox: "yes" },
    });
    expect(spec.tolerations.map(({ key }) => key)).toEqual([
      "sandbox",
      "node.kubernetes.io/not-ready",
      "node.kubernetes.io/unreachable",
    ]);
  });

  test("admitLocally() adds nothing to a pod without a class", () => {
    expect(admit(podSpec({}), { runtimeClasses: [sandbox] }).spec.overhead).toEqual(new Map());
  });

  test("admitLocally() refuses a class that is not there, and labels against it", () => {
    expect(admit(inSandbox()).refusal).toBe(forbidden('pod rejected: RuntimeClass "sandbox" not found'));
    const against = podSpec({}, { nodeSelector: { sandbox: "no" } });
    expect(admit(inSandbox(against), { runtimeClasses: [sandbox] }).refusal).toBe(
      forbidden(
        "conflict: runtimeClass.scheduling.nodeSelector[sandbox] = yes; pod.spec.nodeSelector[sandbox] = no",
      ),
    );
  });
});

describe("admitLocally() with limits", () => {
  const pod = (requests: Record<string, string>, limits: Record<string, string> = {}) =>
    podSpec({}, { containers: [container(requests, { limits: quantities(limits) })] });
  const refusal = (spec: PodSpec, ...items: Parameters<typeof limitRange>[1][]) =>
    admit(spec, { limitRanges: [limitRange("range", ...items)] }).refusal;

  test("admitLocally() refuses a request above the limit that a LimitRange gives, and none that is equal", () => {
    expect(refusal(pod({ cpu: "2" }), { default: { cpu: "1" } })).toBe(
      'Pod "web-" is invalid: spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
    );
    expect(refusal(pod({ cpu: "1" }), { default: { cpu: "1" } })).toBe("");
  });

  test("admitLocally() demands that what cannot be overcommitted is equal to its limit", () => {
    expect(refusal(pod({ "example.com/gpu": "1" }, { "example.com/gpu": "2" }))).toBe(
      'Pod "web-" is invalid: spec.containers[0].resources.requests: Invalid value: "1": must be equal to example.com/gpu limit of 2',
    );
    expect(refusal(pod({ "example.com/gpu": "2" }, { "example.com/gpu": "2" }))).toBe("");
  });

  test("admitLocally() tells all that is invalid, init containers last and by their own index", () => {
    const two = podSpec(
      {},
      {
        containers: [
          container({ cpu: "3" }, { name: "init", role: "init" }),
          container({ cpu: "2" }, { name: "web" }),
        ],
      },
    );
    expect(refusal(two, { default: { cpu: "1" } })).toBe(
      'Pod "web-" is invalid: [spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1, ' +
        'spec.initContainers[0].resources.requests: Invalid value: "3": must be less than or equal to cpu limit of 1]',
    );
  });

  test.each<[string, PodSpec, Parameters<typeof limitRange>[1], string]>([
    [
      "a request below the minimum",
      pod({ cpu: "50m" }),
      { min: { cpu: "100m" } },
      "minimum cpu usage per Container is 100m, but request is 50m",
    ],
    ["a request at the minimum", pod({ cpu: "100m" }), { min: { cpu: "100m" } }, ""],
    [
      "a limit above the maximum",
      pod({ cpu: "1" }, { cpu: "3" }),
      { max: { cpu: "2" } },
      "maximum cpu usage per Container is 2, but limit is 3",
    ],
    ["a limit at the maximum", pod({ cpu: "1" }, { cpu: "2" }), { max: { cpu: "2" } }, ""],
    [
      "no limit at a pod's maximum",
      pod({ cpu: "1" }),
      { type: "Pod", max: { cpu: "2" } },
      "maximum cpu usage per Pod is 2.  No limit is specified",
    ],
    [
      "no request at a pod's minimum",
      pod({}),
      { type: "Pod", min: { cpu: "2" } },
      "minimum cpu usage per Pod is 2.  No request is specified",
    ],
    [
      "a limit below a pod's minimum",
      pod({ memory: "1Gi" }, { memory: "2Gi" }),
      { type: "Pod", min: { memory: "1.5Gi" } },
      "minimum memory usage per Pod is 1536Mi, but request is 1Gi",
    ],
    [
      "a ratio above the most",
      pod({ cpu: "250m" }, { cpu: "1" }),
      { maxLimitRequestRatio: { cpu: "2" } },
      "cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000",
    ],
    [
      "a ratio that is just right",
      pod({ cpu: "500m" }, { cpu: "1" }),
      { maxLimitRequestRatio: { cpu: "2" } },
      "",
    ],
    [
      "a ratio of no request",
      pod({}),
      { maxLimitRequestRatio: { cpu: "2" } },
      "cpu max limit to request ratio per Container is 2, but no request is specified or request is 0",
    ],
    [
      "a ratio to no limit",
      pod({ cpu: "1" }),
      { maxLimitRequestRatio: { cpu: "2" } },
      "cpu max limit to request ratio per Container is 2, but no limit is specified or limit is 0",
    ],
    ["a claim's maximum", pod({}), { type: "PersistentVolumeClaim", max: { storage: "1Gi" } }, ""],
  ])("admitLocally() judges %s", (_, spec, item, tail) => {
    expect(refusal(spec, item)).toBe(tail === "" ? "" : forbidden(tail));
  });

  test("admitLocally() counts no overhead against a pod's limits, and the pod's own level first", () => {
    const heavy = { ...pod({ cpu: "1" }, { cpu: "1" }), overhead: quantities({ cpu: "1" }) };
    expect(refusal(heavy, { type: "Pod", max: { cpu: "1" } })).toBe("");
    const own = { ...heavy, podRequests: quantities({ cpu: "1" }), podLimits: quantities({ cpu: "2" }) };
    expect(refusal(own, { type: "Pod", max: { cpu: "1" } })).toBe(
      forbidden("maximum cpu usage per Pod is 1, but limit is 2"),
    );
  });

  test("admitLocally() tells everything that one LimitRange refuses, each once", () => {
    const twice = podSpec(
      {},
      {
        containers: ["a", "b"].map((name) =>
          container({ cpu: "3" }, { name, limits: quantities({ cpu: "3" }) }),
        ),
      },
    );
    expect(refusal(twice, { max: { cpu: "2" } }, { type: "Pod", max: { cpu: "4" } })).toBe(
      forbidden(
        "[maximum cpu usage per Container is 2, but limit is 3, maximum cpu usage per Pod is 4, but limit is 6]",
      ),
    );
  });
});

describe("sameDemands()", () => {
  const plain = podSpec({ cpu: "1", memory: "1Gi" });

  test("sameDemands() looks at what a pod asks for, not at what it runs", () => {
    const other = { ...plain, containers: plain.containers.map((each) => ({ ...each, image: "other:9" })) };
    expect(sameDemands(plain, other)).toBe(true);
    expect(sameDemands(plain, podSpec({ memory: "1Gi", cpu: "1" }))).toBe(true);
  });

  test.each<[string, Partial<PodSpec>]>([
    ["resources", { containers: [container({ cpu: "2", memory: "1Gi" })] }],
    ["another container", { containers: [...plain.containers, container({}, { name: "proxy" })] }],
    ["overhead", { overhead: quantities({ cpu: "1m" }) }],
    ["labels of nodes", { nodeSelector: { disk: "ssd" } }],
    ["tolerations", { tolerations: [{ key: "a", operator: "Exists", value: "", effect: undefined }] }],
    ["priority", { priority: 1 }],
    ["another scheduler", { schedulerName: "other" }],
  ])("sameDemands() tells %s apart", (_, extra) => {
    expect(sameDemands(plain, { ...plain, ...extra })).toBe(false);
  });
});
