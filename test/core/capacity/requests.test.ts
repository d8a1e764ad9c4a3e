import { describe, expect, test } from "vitest";
import { placedRequests, schedulerRequests } from "../../../src/core/capacity/requests.ts";
import type { ContainerRole } from "../../../src/core/model/pod-spec.ts";
import { container, podSpec, quantities } from "./builders.ts";

const cpu = (role: ContainerRole, amount: string) =>
  container({ cpu: amount }, { name: `${role}${amount}`, role });
const cpuOf = (...containers: ReturnType<typeof container>[]) =>
  schedulerRequests(podSpec({}, { containers })).get("cpu");

describe("schedulerRequests()", () => {
  test("schedulerRequests() takes the peak of init containers and the sum of the others", () => {
    expect(cpuOf(cpu("init", "3"), cpu("app", "1"))).toBe(3000);
    expect(cpuOf(cpu("init", "1"), cpu("app", "1"), cpu("app", "1"))).toBe(2000);
  });

  test("schedulerRequests() puts a sidecar beside the init containers after it only", () => {
    expect(cpuOf(cpu("sidecar", "1"), cpu("init", "3"), cpu("app", "1"))).toBe(4000);
    expect(cpuOf(cpu("init", "3"), cpu("sidecar", "1"), cpu("app", "1"))).toBe(3000);
    expect(cpuOf(cpu("sidecar", "1"), cpu("app", "2"))).toBe(3000);
  });

  test("schedulerRequests() adds the overhead, also on top of what the pod's own level replaces", () => {
    const spec = podSpec(
      { cpu: "1", memory: "64Mi", "ephemeral-storage": "1Gi" },
      {
        overhead: quantities({ cpu: "100m" }),
        podRequests: quantities({ cpu: "3", "ephemeral-storage": "9Gi" }),
      },
    );
    expect(schedulerRequests(spec)).toEqual(
      new Map([
        ["cpu", 3100],
        ["memory", 64 * 2 ** 20],
        ["ephemeral-storage", 2 ** 30],
      ]),
    );
  });

  test("schedulerRequests() rounds up once for the whole pod", () => {
    const containers = [
      container({ memory: "1500m", cpu: "0.1m" }),
      container({ memory: "1500m", cpu: "0.1m" }),
    ];
    expect(schedulerRequests(podSpec({}, { containers }))).toEqual(
      new Map([
        ["memory", 3],
        ["cpu", 1],
      ]),
    );
  });

  test("schedulerRequests() counts extended resources and ignores names that the scheduler ignores", () => {
    const spec = podSpec({
      "nvidia.com/gpu": "2",
      "hugepages-2Mi": "4Mi",
      storage: "1",
      "requests.x.com/y": "1",
    });
    expect([...schedulerRequests(spec).keys()]).toEqual(["nvidia.com/gpu", "hugepages-2Mi"]);
  });
});

describe("placedRequests()", () => {
  const inPlace = { containers: new Map(), pod: undefined, infeasible: false };
  const reported = (requests: string, allocated: string) =>
    new Map([
      ["app", { requests: quantities({ cpu: requests }), allocated: quantities({ cpu: allocated }) }],
    ]);
  const spec = podSpec({ cpu: "2" });

  test("placedRequests() counts the most of spec, granted and allocated", () => {
    const counted = (requests: string, allocated: string) =>
      placedRequests(spec, { ...inPlace, containers: reported(requests, allocated) }).get("cpu");
    expect([counted("1", "1"), counted("3", "1"), counted("1", "4")]).toEqual([2000, 3000, 4000]);
    expect(placedRequests(spec, inPlace).get("cpu")).toBe(2000);
  });

  test("placedRequests() drops a spec that the node can never grant", () => {
    const held = { ...inPlace, containers: reported("1", "1"), infeasible: true };
    expect(placedRequests(spec, held).get("cpu")).toBe(1000);
  });

  test("placedRequests() counts at the pod's own level what its spec names there, and nothing else", () => {
    const podLevel = podSpec({ cpu: "1" }, { podRequests: quantities({ cpu: "3" }) });
    const pod = { requests: quantities({ cpu: "4", memory: "1" }), allocated: quantities({ cpu: "2" }) };
    const counted = (infeasible: boolean) => [...placedRequests(podLevel, { ...inPlace, pod, infeasible })];
    expect([counted(false), counted(true)]).toEqual([[["cpu", 4000]], [["cpu", 4000]]]);
    expect([...placedRequests(podLevel, inPlace)]).toEqual([["cpu", 3000]]);
    const silent = { requests: quantities({}), allocated: quantities({}) };
    expect([...placedRequests(podLevel, { ...inPlace, pod: silent, infeasible: true })]).toEqual([
      ["cpu", 0],
    ]);
  });

  test("placedRequests() leaves init containers as their spec says", () => {
    const init = podSpec({}, { containers: [container({ cpu: "2" }, { role: "init" })] });
    expect(placedRequests(init, { ...inPlace, containers: reported("5", "5") }).get("cpu")).toBe(2000);
  });
});
