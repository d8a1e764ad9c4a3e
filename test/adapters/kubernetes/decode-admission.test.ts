import { describe, expect, test } from "vitest";
import {
  toAdmittedSpec,
  toLimitRange,
  toPriorityClass,
  toResourceQuota,
  toRuntimeClass,
} from "../../../src/adapters/kubernetes/decode-admission.ts";
import { parseQuantity, parseWritten } from "../../../src/core/quantity.ts";

const wire = (json: object) => json as never;

test("toResourceQuota() reads the two sides of the status, never the spec, and both kinds of scopes", () => {
  const json = {
    metadata: { name: "q" },
    spec: {
      hard: { pods: "99" },
      scopes: ["BestEffort"],
      scopeSelector: {
        matchExpressions: [{ scopeName: "PriorityClass", operator: "In", values: ["high"] }],
      },
    },
    status: { hard: { pods: "5" }, used: { pods: "2" } },
  };
  expect(toResourceQuota(wire(json))).toEqual({
    name: "q",
    hard: new Map([["pods", parseWritten("5")]]),
    used: new Map([["pods", parseWritten("2")]]),
    scopes: [
      { name: "BestEffort", operator: "Exists", values: [] },
      { name: "PriorityClass", operator: "In", values: ["high"] },
    ],
  });
  expect(toResourceQuota(wire({ metadata: { name: "new" }, spec: { hard: { pods: "1" } } }))).toEqual({
    name: "new",
    hard: new Map(),
    used: new Map(),
    scopes: [],
  });
});

test("toLimitRange() keeps items of every type with all their lists", () => {
  const limits = [
    { type: "Container", default: { cpu: "1" }, defaultRequest: { cpu: "100m" } },
    { type: "Pod", max: { cpu: "4" }, maxLimitRequestRatio: { cpu: "2" } },
  ];
  const none = new Map();
  expect(toLimitRange(wire({ metadata: { name: "l" }, spec: { limits } }))).toEqual({
    name: "l",
    items: [
      {
        type: "Container",
        default: new Map([["cpu", parseWritten("1")]]),
        defaultRequest: new Map([["cpu", parseWritten("100m")]]),
        max: none,
        min: none,
        maxLimitRequestRatio: none,
      },
      {
        type: "Pod",
        default: none,
        defaultRequest: none,
        max: new Map([["cpu", parseWritten("4")]]),
        min: none,
        maxLimitRequestRatio: new Map([["cpu", parseWritten("2")]]),
      },
    ],
  });
});

test("toPriorityClass() reads what a class gives, absent fields as the API means them", () => {
  const full = { metadata: { name: "p" }, value: 7, globalDefault: true, preemptionPolicy: "Never" };
  expect(toPriorityClass(wire(full))).toEqual({
    name: "p",
    value: 7,
    globalDefault: true,
    preemptionPolicy: "Never",
  });
  expect(toPriorityClass(wire({ metadata: { name: "p" }, value: 0 }))).toEqual({
    name: "p",
    value: 0,
    globalDefault: false,
    preemptionPolicy: "PreemptLowerPriority",
  });
});

test("toRuntimeClass() tells no overhead from an overhead of nothing", () => {
  const full = {
    metadata: { name: "r" },
    handler: "h",
    overhead: { podFixed: { cpu: "250m" } },
    scheduling: { nodeSelector: { sandbox: "yes" }, tolerations: [{ key: "sandbox", operator: "Exists" }] },
  };
  expect(toRuntimeClass(wire(full))).toEqual({
    name: "r",
    overhead: new Map([["cpu", parseQuantity("250m")]]),
    nodeSelector: { sandbox: "yes" },
    tolerations: [{ key: "sandbox", operator: "Exists", value: "", effect: undefined }],
  });
  expect(toRuntimeClass(wire({ metadata: { name: "r" }, handler: "h" })).overhead).toBe(undefined);
  expect(toRuntimeClass(wire({ metadata: { name: "r" }, handler: "h", overhead: {} })).overhead).toEqual(
    new Map(),
  );
});

describe("toAdmittedSpec()", () => {
  const admission = (spec: object) => toAdmittedSpec(wire({ containers: [], ...spec })).admission;
  const term = (extra: object) => ({ topologyKey: "zone", labelSelector: {}, ...extra });
  const required = (extra: object) => ({ requiredDuringSchedulingIgnoredDuringExecution: [term(extra)] });
  const preferred = (extra: object) => ({
    preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term(extra) }],
  });

  test("toAdmittedSpec() reads nothing where there is nothing", () => {
    expect(admission({})).toEqual({
      priorityClassName: "",
      runtimeClassName: undefined,
      activeDeadline: false,
      crossNamespace: false,
      notations: new Map(),
    });
  });

  test("toAdmittedSpec() reads classes and a deadline, of 0 seconds too", () => {
    expect(
      admission({ priorityClassName: "p", runtimeClassName: "r", activeDeadlineSeconds: 0 }),
    ).toMatchObject({ priorityClassName: "p", runtimeClassName: "r", activeDeadline: true });
  });

  test.each([
    [{ podAffinity: required({ namespaces: ["other"] }) }, true],
    [{ podAntiAffinity: required({ namespaceSelector: {} }) }, true],
    [{ podAffinity: preferred({ namespaceSelector: {} }) }, true],
    [{ podAntiAffinity: preferred({ namespaces: ["other"] }) }, true],
    [{ podAntiAffinity: required({ namespaces: [] }) }, false],
    [{ podAffinity: preferred({}) }, false],
  ])("toAdmittedSpec() tells whether terms reach other namespaces: %j", (affinity, crosses) => {
    expect(admission({ affinity })?.crossNamespace).toBe(crosses);
  });

  test("toAdmittedSpec() keeps how amounts print where that is unusual, requests like the limits they are filled from", () => {
    const resources = {
      requests: { cpu: "1.250" },
      limits: { cpu: "2", memory: "1G", "hugepages-2Mi": "2Mi" },
    };
    expect(
      admission({
        containers: [{ name: "web", image: "w", resources }],
        resources: { requests: { memory: "1e9" } },
      })?.notations,
    ).toEqual(
      new Map([
        ["web/requests.cpu", { format: "DecimalSI", text: "1.250" }],
        ["/requests.memory", { format: "DecimalExponent" }],
        ["web/requests.memory", { format: "DecimalSI" }],
        ["web/limits.memory", { format: "DecimalSI" }],
      ]),
    );
  });
});
