import { expect, test } from "vitest";
import { machineTypeOf } from "../../../../src/core/capacity/autoscaling/machine-type.ts";

/**
 * What machines have: number, vCPU where that is another one, and GiB.
 * Source: GoogleCloudPlatform/cluster-autoscaler, pkg/cloudprovider/gke/machinetypes/deprecated_machine_types_config.go
 * (7d25050), without types whose numbers there contradict their name or Compute Engine's documentation.
 */
const MACHINES = `
  a2-highgpu: 1g/12/85 2g/24/170 4g/48/340 8g/96/680
  a2-megagpu: 16g/96/1360
  a2-ultragpu: 1g/12/170 2g/24/340 4g/48/680 8g/96/1360
  a3-highgpu: 1g/26/234 2g/52/468 4g/104/936 8g/208/1872
  a3-edgegpu: 8g/208/1872
  a3-megagpu: 8g/208/1872
  a3-ultragpu: 8g/224/2952
  a4-highgpu: 8g/224/3968
  a4x-highgpu: 4g/140/884
  c2-standard: 4/16 8/32 16/64 30/120 60/240
  c2d-standard: 2/8 4/16 8/32 16/64 32/128 56/224 112/448
  c2d-highcpu: 2/4 4/8 8/16 16/32 32/64 56/112 112/224
  c2d-highmem: 2/16 4/32 8/64 16/128 32/256 56/448 112/896
  c3-standard: 4/16 8/32 22/88 44/176 88/352 176/704
  c3-highcpu: 4/8 8/16 22/44 44/88 88/176 176/352
  c3-highmem: 4/32 8/64 22/176 44/352 88/704 176/1408
  c3d-standard: 4/16 8/32 16/64 30/120 60/240 90/360 180/720 360/1440
  c3d-highcpu: 4/8 8/16 16/32 30/59 60/118 90/177 180/354 360/708
  c3d-highmem: 4/32 8/64 16/128 30/240 60/480 90/720 180/1440 360/2880
  c4-highcpu: 2/4 4/8 8/16 16/32 32/64 48/96 64/128 96/192 192/384 24/48 144/288 288/576
  c4-highmem: 2/15 4/31 8/62 16/124 32/248 48/372 64/496 96/744 192/1488 24/186 144/1116 288/2232
  c4-standard: 2/7 4/15 8/30 16/60 32/120 48/180 64/240 96/360 192/720 24/90 144/540 288/1080
  c4a-standard: 1/4 2/8 4/16 8/32 16/64 32/128 36/144 48/192 64/256 72/288
  c4a-highcpu: 1/2 2/4 4/8 8/16 16/32 32/64 36/72 48/96 64/128 72/144
  c4a-highmem: 1/8 2/16 4/32 8/64 16/128 32/256 36/288 48/384 64/512 72/576
  c4d-highcpu: 2/3 4/7 8/15 16/30 32/60 48/90 64/120 96/180 192/360 384/720
  c4d-standard: 2/7 4/15 8/31 16/62 32/124 48/186 64/248 96/372 192/744 384/1488
  c4d-highmem: 2/15 4/31 8/63 16/126 32/252 48/378 64/504 96/756 192/1512 384/3024
  c4n-highcpu: 2/4 4/8 8/16 16/32 24/48 32/64 48/96 96/192 192/384
  c4n-standard: 2/7 4/15 8/30 16/60 24/90 32/120 48/180 96/360 192/720
  c4n-highmem: 2/15 4/31 8/62 16/124 24/186 32/248 48/372 96/744 192/1488
  e2-standard: 2/8 4/16 8/32 16/64 32/128
  e2-highcpu: 2/2 4/4 8/8 16/16 32/32
  e2-highmem: 2/16 4/32 8/64 16/128
  e4-standard: 2/8 4/16 8/32 16/64 32/128
  e4-highcpu: 2/2 4/4 8/8 16/16 32/32
  e4-highmem: 2/16 4/32 8/64 16/128
  g2-standard: 4/16 8/32 12/48 16/64 32/128 48/192 96/384
  g4-standard: 6/22 12/45 24/90 48/180 96/360 192/720 384/1440
  h3-standard: 88/352
  h4d-standard: 192/720
  h4d-highmem: 192/1488
  h4d-megamem: 192/3024
  m1-ultramem: 40/961 80/1922 160/3844
  m1-megamem: 96/1433.6
  m2-ultramem: 208/5888 416/11776
  m2-megamem: 416/5888
  m2-hypermem: 416/8832
  m3-ultramem: 32/976 64/1952 128/3904
  m3-megamem: 64/976 128/1952
  m4-ultramem: 56/1488 112/2976 224/5952
  m4-megamem: 28/372 56/744 112/1488 224/2976
  n1-standard: 1/3.75 2/7.5 4/15 8/30 16/60 32/120 64/240 96/360
  n1-highcpu: 2/1.8 4/3.6 8/7.2 16/14.4 32/28.8 64/57.6 96/86.4
  n1-highmem: 2/13 4/26 8/52 16/104 32/208 64/416 96/624
  n2-standard: 2/8 4/16 8/32 16/64 32/128 48/192 64/256 80/320 96/384 128/512
  n2-highcpu: 2/2 4/4 8/8 16/16 32/32 48/48 64/64 80/80 96/96 128/128
  n2-highmem: 2/16 4/32 8/64 16/128 32/256 48/384 64/512 80/640 96/768 128/864
  n2d-standard: 2/8 4/16 8/32 16/64 32/128 48/192 64/256 80/320 96/384 128/512 224/896
  n2d-highcpu: 2/2 4/4 8/8 16/16 32/32 48/48 64/64 80/80 96/96 128/128 224/224
  n2d-highmem: 2/16 4/32 8/64 16/128 32/256 48/384 64/512 80/640
  n4-standard: 2/8 4/16 8/32 16/64 32/128 48/192 64/256 80/320
  n4-highcpu: 2/4 4/8 8/16 16/32 32/64 48/96 64/128 80/160
  n4-highmem: 2/16 4/32 8/64 16/128 32/256 48/384 64/512 80/640
  n4a-standard: 1/4 2/8 4/16 8/32 16/64 32/128 48/192 64/256
  n4a-highcpu: 1/2 2/4 4/8 8/16 16/32 32/64 48/96 64/128
  n4a-highmem: 1/8 2/16 4/32 8/64 16/128 32/256 48/384 64/512
  n4d-standard: 2/8 4/16 8/32 16/64 32/128 48/192 64/256 80/320 96/384
  n4d-highmem: 2/16 4/32 8/64 16/128 32/256 48/384 64/512 80/640 96/768
  n4d-highcpu: 2/4 4/8 8/16 16/32 32/64 48/96 64/128 80/160 96/192
  t2a-standard: 1/4 2/8 4/16 8/32 16/64 32/128 48/192
  t2d-standard: 1/4 2/8 4/16 8/32 16/64 32/128 48/192 60/240
  z3-highmem: 8/64 14/112 22/176 30/240 36/288 44/352 88/704 176/1408
`;

const machines = MACHINES.trim()
  .split("\n")
  .flatMap((line) => {
    const [kind = "", sizes = ""] = line.trim().split(": ");
    return sizes.split(" ").map((size) => {
      const [number = "", ...amounts] = size.split("/");
      const [gibibytes, cpu] = amounts.toReversed().map(Number);
      return { name: `${kind}-${number}`, cpu: cpu ?? Number(number), gibibytes: gibibytes ?? 0 };
    });
  });

const sizeOf = (name: string) => {
  const { most } = machineTypeOf(name) ?? {};
  return most && [(most.get("cpu") ?? 0) / 1000, (most.get("memory") ?? 0) / 2 ** 30];
};

test("machineTypeOf() has every machine that it knows at its size, or a little above", () => {
  expect(machines.length).toBeGreaterThan(400);
  for (const { name, cpu, gibibytes } of machines) {
    const [cpus = 0, memory = 0] = sizeOf(name) ?? [];
    expect([name, cpus]).toEqual([name, cpu]);
    expect(memory, name).toBeGreaterThanOrEqual(gibibytes);
    expect(memory, name).toBeLessThanOrEqual(gibibytes * 1.25);
  }
});

test.each([
  ["e2-standard-4", 4, 16],
  ["e2-highcpu-8", 8, 8],
  ["n1-highmem-2", 2, 13],
  ["c4-standard-8", 8, 30],
  ["c3-standard-88-lssd", 88, 352],
  ["c4-highmem-4-lssd-v1", 4, 31],
  ["z3-highmem-14-standardlssd", 14, 112],
  ["a2-ultragpu-2g-nolssd", 24, 340],
  ["e2-micro", 2, 1],
  ["g1-small", 1, 1.7],
  ["custom-4-8192", 4, 8],
  ["n2-custom-2-32768-ext", 2, 32],
  ["e2-custom-small-2048", 2, 2],
])("machineTypeOf() reads %s as %d vCPU and %d GiB", (name, cpu, gibibytes) => {
  const [cpus = 0, memory = 0] = sizeOf(name) ?? [];
  expect(cpus).toBe(cpu);
  expect(memory).toBeCloseTo(gibibytes, 5);
});

test.each([
  "n9-standard-4",
  "e2-ultramem-4",
  "e2-standard",
  "e2-standard-4g",
  "a2-highgpu-1",
  "c3-standard-192-metal",
  "c3d-standard-90-12TB",
  "ct5lp-hightpu-4t",
  "ek-standard-8",
  "n9-custom-4-8192",
  "n2-custom-4",
  "constructor-standard-4",
  "e2-constructor-4",
  "constructor",
  "",
])("machineTypeOf() does not know %j", (name) => {
  expect(machineTypeOf(name)).toBeUndefined();
});

test("machineTypeOf() tells Arm from x86, and machines with GPUs of their own from others", () => {
  const told = (name: string) => [machineTypeOf(name)?.arch, machineTypeOf(name)?.hasGpus];
  expect(told("t2a-standard-4")).toEqual(["arm64", false]);
  expect(told("n4a-custom-4-8192")).toEqual(["arm64", false]);
  expect(told("t2d-standard-4")).toEqual(["amd64", false]);
  expect(told("e2-medium")).toEqual(["amd64", false]);
  expect(told("g2-standard-4")).toEqual(["amd64", true]);
  expect(told("a4x-highgpu-4g")).toEqual(["arm64", true]);
});
