import type { Gap } from "./gap.ts";

/** A DeviceClass: it may stand for an extended resource, beside the one that has its own name. */
export interface DeviceClass {
  readonly name: string;
  /** `spec.extendedResourceName` */
  readonly extendedResourceName: string | undefined;
}

/** All DeviceClasses of the cluster, or why they are not known. */
export interface Devices {
  readonly classes: readonly DeviceClass[];
  readonly gaps: readonly Gap[];
}
