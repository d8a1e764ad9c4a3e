import type { Resources } from "../../model/resources.ts";

/** What a type of machine has. */
export interface MachineType {
  readonly arch: "amd64" | "arm64";
  /** Never less than the whole machine has, so that no node has more to give to pods. */
  readonly most: Resources;
  /** Whether GPUs are part of the machine, attached ones aside. */
  readonly hasGpus: boolean;
}

/** GiB for each vCPU, or vCPU and GiB for each GPU, by what stands between series and number in the name. */
type Sizes = Readonly<Record<string, number | readonly [cpu: number, gibibytes: number]>>;

const COMMON: Sizes = { standard: 4, highcpu: 2, highmem: 8 };
const TIGHT: Sizes = { ...COMMON, highcpu: 1 };

/**
 * Sizes of predefined machines, rounded up where a series has a type that departs a little. What is not listed is not
 * known: TPU machines, bare metal, machines that are resized as they run.
 * Source: GoogleCloudPlatform/cluster-autoscaler, pkg/cloudprovider/gke/machinetypes/deprecated_machine_types_config.go
 * (7d25050); n2d-highmem-96 there has 786 GiB, in Compute Engine's documentation 768.
 */
const SERIES: Readonly<Record<string, Sizes>> = {
  a2: { highgpu: [12, 85], megagpu: [6, 85], ultragpu: [12, 170] },
  a3: { highgpu: [26, 234], edgegpu: [26, 234], megagpu: [26, 234], ultragpu: [28, 369] },
  a4: { highgpu: [28, 496] },
  a4x: { highgpu: [35, 221] },
  c2: { standard: 4 },
  c2d: COMMON,
  c3: COMMON,
  c3d: COMMON,
  c4: { standard: 3.75, highcpu: 2, highmem: 7.75 },
  c4a: COMMON,
  c4d: { standard: 3.875, highcpu: 1.875, highmem: 7.875 },
  c4n: { standard: 3.75, highcpu: 2, highmem: 7.75 },
  e2: TIGHT,
  e4: TIGHT,
  g2: { standard: 4 },
  g4: { standard: 3.75 },
  h3: { standard: 4 },
  h4d: { standard: 3.75, highmem: 7.75, megamem: 15.75 },
  m1: { megamem: 15, ultramem: 24.025 },
  m2: { megamem: 14.2, ultramem: 28.31, hypermem: 21.24 },
  m3: { megamem: 15.25, ultramem: 30.5 },
  m4: { megamem: 13.29, ultramem: 26.58 },
  n1: { standard: 3.75, highcpu: 0.9, highmem: 6.5 },
  n2: TIGHT,
  n2d: TIGHT,
  n4: COMMON,
  n4a: COMMON,
  n4d: COMMON,
  t2a: { standard: 4 },
  t2d: { standard: 4 },
  z3: { highmem: 8 },
  z4d: { standard: 3.875, highmem: 7.875 },
};

const ARM = new Set(["a4x", "c4a", "n4a", "t2a"]);
const WITH_GPUS = new Set(["a2", "a3", "a4", "a4x", "g2", "g4"]);

/** Machines that share a core; the system sees two of most, whatever part of them it gets. */
const SHARED: Readonly<Record<string, readonly [cpu: number, gibibytes: number]>> = {
  "e2-micro": [2, 1],
  "e2-small": [2, 2],
  "e2-medium": [2, 4],
  "e4-medium": [2, 4],
  "f1-micro": [1, 0.6],
  "g1-small": [1, 1.7],
};

/** `n2-standard-8`, `c3-standard-4-lssd`, `a2-highgpu-1g` */
const PREDEFINED = /^([a-z]\d[a-z]*)-([a-z]+)-(\d+)(g?)(?:-lssd(?:-v\d)?|-(?:no|high|standard)lssd)?$/;

/** `custom-4-8192`, which is of the n1 series, `n2-custom-2-32768-ext`, `e2-custom-small-2048` */
const CUSTOM = /^(?:([a-z]\d[a-z]*)-)?custom-(\d+|micro|small|medium)-(\d+)(?:-ext)?$/;

/** Tells from the name of a machine type what it has; `undefined` where it is none that is known. */
export function machineTypeOf(name: string): MachineType | undefined {
  const shared = Object.hasOwn(SHARED, name) ? SHARED[name] : undefined;
  if (shared !== undefined) return machine("", ...shared);
  return customOf(name) ?? predefinedOf(name);
}

function predefinedOf(name: string): MachineType | undefined {
  const [, series = "", kind = "", number = "", gpus] = PREDEFINED.exec(name) ?? [];
  const sizes = sizesOf(series);
  const size = sizes !== undefined && Object.hasOwn(sizes, kind) ? sizes[kind] : undefined;
  const isPerGpu = typeof size === "object";
  if (size === undefined || isPerGpu !== (gpus === "g")) return undefined;
  const [cpu, gibibytes] = isPerGpu ? size : [1, size];
  return machine(series, cpu * Number(number), gibibytes * Number(number));
}

/** The name of a custom machine tells its vCPU and MiB. Source: Compute Engine documentation, custom machine types. */
function customOf(name: string): MachineType | undefined {
  const [, series = "n1", cpu, mebibytes] = CUSTOM.exec(name) ?? [];
  if (cpu === undefined || sizesOf(series) === undefined) return undefined;
  return machine(series, /\d/.test(cpu) ? Number(cpu) : 2, Number(mebibytes) / 1024);
}

const sizesOf = (series: string): Sizes | undefined =>
  Object.hasOwn(SERIES, series) ? SERIES[series] : undefined;

const machine = (series: string, cpu: number, gibibytes: number): MachineType => ({
  arch: ARM.has(series) ? "arm64" : "amd64",
  hasGpus: WITH_GPUS.has(series),
  most: new Map([
    ["cpu", cpu * 1000],
    ["memory", Math.ceil(gibibytes * 2 ** 30)],
  ]),
});
