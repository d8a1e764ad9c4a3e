import { expect, test } from "vitest";
import { toGkeScaling } from "../../../src/adapters/google/node-pools.ts";

const url = (zone: string, name: string): string =>
  `https://www.googleapis.com/compute/v1/projects/p/zones/${zone}/instanceGroupManagers/${name}`;

const pool = (more: object): object => ({
  name: "default-pool",
  status: "RUNNING",
  locations: ["europe-west1-b", "europe-west1-c"],
  instanceGroupUrls: [
    url("europe-west1-b", "gke-prod-default-pool-3dacf20b-grp"),
    url("europe-west1-c", "gke-prod-default-pool-7d2eda74-grp"),
  ],
  ...more,
});

const read = (more: object) => toGkeScaling({ nodePools: [pool(more)] }).pools[0];

test("toGkeScaling() reads a limit per zone, a limit in total, and none", () => {
  expect(read({ autoscaling: { enabled: true, minNodeCount: 1, maxNodeCount: 3 } })).toEqual({
    name: "default-pool",
    limit: { of: "group", max: 3 },
    groups: [
      { name: "gke-prod-default-pool-3dacf20b-grp", zone: "europe-west1-b" },
      { name: "gke-prod-default-pool-7d2eda74-grp", zone: "europe-west1-c" },
    ],
    obstacle: undefined,
    taints: [],
    config: undefined,
  });
  expect(read({ autoscaling: { enabled: true, totalMaxNodeCount: 9 } })?.limit).toEqual({
    of: "pool",
    max: 9,
  });
  expect(read({ autoscaling: { maxNodeCount: 3 } })?.limit).toBeUndefined();
  expect(read({})?.limit).toBeUndefined();
});

test("toGkeScaling() lets no pool grow for pods that wait when its nodes come for requests alone", () => {
  const autoscaling = { enabled: true, maxNodeCount: 3 };
  expect(read({ autoscaling, queuedProvisioning: { enabled: true } })?.limit).toBeUndefined();
});

test.each([
  ["RUNNING", undefined],
  ["RUNNING_WITH_ERROR", undefined],
  ["RECONCILING", undefined],
  ["PROVISIONING", "doubt"],
  ["STATUS_OF_TOMORROW", "doubt"],
  ["ERROR", "not-ready"],
  ["STOPPING", "not-ready"],
])("toGkeScaling() takes a pool in status %s for %s", (status, kind) => {
  expect(read({ status })?.obstacle?.kind).toBe(kind);
});

test("toGkeScaling() doubts a pool during a blue-green upgrade, and not after it", () => {
  const during = (phase?: string) =>
    read({ updateInfo: { blueGreenInfo: phase === undefined ? {} : { phase } } });
  expect(during("WAITING_TO_DRAIN_BLUE_POOL")?.obstacle).toEqual({
    kind: "doubt",
    text: "a blue-green upgrade is on",
  });
  expect(during()?.obstacle).toBeUndefined();
  expect(during("PHASE_UNSPECIFIED")?.obstacle).toBeUndefined();
});

test("toGkeScaling() reads taints in the words of nodes, and locations where no group has a URL", () => {
  const taints = [{ key: "nvidia.com/gpu", value: "present", effect: "NO_SCHEDULE" }];
  expect(read({ config: { taints }, instanceGroupUrls: [] })).toMatchObject({
    taints: [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }],
    groups: [
      { name: "default-pool", zone: "europe-west1-b" },
      { name: "default-pool", zone: "europe-west1-c" },
    ],
  });
});

const GPU_POOL = {
  machineType: "n1-standard-4",
  diskSizeGb: 100,
  imageType: "COS_CONTAINERD",
  labels: { team: "ml" },
  accelerators: [{ acceleratorCount: "2", acceleratorType: "nvidia-tesla-t4" }],
  spot: true,
};

test("toGkeScaling() reads how the nodes of a pool are made", () => {
  expect(read({ config: GPU_POOL })?.config).toEqual({
    machineType: "n1-standard-4",
    os: "linux",
    labels: { team: "ml" },
    provisioning: "spot",
    accelerators: ["nvidia-tesla-t4"],
  });
  expect(read({ config: { machineType: "e2-medium" } })?.config).toEqual({
    machineType: "e2-medium",
    os: undefined,
    labels: {},
    provisioning: "standard",
    accelerators: [],
  });
  expect(read({ config: { labels: { team: "ml" } } })?.config).toBeUndefined();
});

test.each([
  [{ preemptible: true }, "preemptible"],
  [{ flexStart: true }, "flex-start"],
  [{ spot: false, preemptible: false, flexStart: false }, "standard"],
])("toGkeScaling() takes nodes with %j for %s", (kind, provisioning) => {
  expect(read({ config: { machineType: "e2-medium", ...kind } })?.config?.provisioning).toBe(provisioning);
});

test.each([
  ["UBUNTU_CONTAINERD", "linux"],
  ["WINDOWS_LTSC_CONTAINERD", "windows"],
  ["windows_ltsc_containerd", "windows"],
])("toGkeScaling() knows the system of image %s", (imageType, os) => {
  expect(read({ config: { machineType: "e2-medium", imageType } })?.config?.os).toBe(os);
});

test("toGkeScaling() does not know the nodes of a pool that is being changed, and keeps its taints", () => {
  const config = { ...GPU_POOL, taints: [{ key: "a", value: "b", effect: "NO_EXECUTE" }] };
  const during = (more: object) => read({ config, ...more });
  for (const status of ["RECONCILING", "PROVISIONING", "ERROR"]) {
    expect(during({ status })?.config).toBeUndefined();
    expect(during({ status })?.taints).toEqual([{ key: "a", value: "b", effect: "NoExecute" }]);
  }
  expect(during({ updateInfo: { blueGreenInfo: { phase: "CREATING_GREEN_POOL" } } })?.config).toBeUndefined();
  expect(during({ status: "RUNNING_WITH_ERROR" })?.config?.machineType).toBe("n1-standard-4");
});

test("toGkeScaling() reads Autopilot, and node auto-provisioning with its limits in the scheduler's units", () => {
  const autoscaling = {
    enableNodeAutoprovisioning: true,
    resourceLimits: [
      { resourceType: "cpu", maximum: "64" },
      { resourceType: "memory", maximum: "256" },
      { resourceType: "nvidia-tesla-t4", maximum: "4" },
    ],
  };
  expect(toGkeScaling({ autopilot: { enabled: true }, autoscaling })).toEqual({
    autopilot: true,
    createsPools: true,
    clusterLimits: new Map([
      ["cpu", 64_000],
      ["memory", 256_000_000_000],
      ["nvidia-tesla-t4", 4],
    ]),
    pools: [],
  });
  expect(toGkeScaling({ autoscaling: { resourceLimits: autoscaling.resourceLimits } })).toEqual({
    autopilot: false,
    createsPools: false,
    clusterLimits: new Map(),
    pools: [],
  });
  expect(toGkeScaling(undefined).pools).toEqual([]);
});
