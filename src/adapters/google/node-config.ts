import type { NodeConfig } from "../../core/model/autoscaling.ts";
import type { Labels } from "../../core/model/labels.ts";

/** The fields of a pool's configuration that are read. Source: GKE API v1, `NodeConfig`; what is false is left out. */
export interface WireNodeConfig {
  readonly machineType?: string;
  readonly imageType?: string;
  readonly labels?: Labels;
  readonly spot?: boolean;
  readonly preemptible?: boolean;
  readonly flexStart?: boolean;
  readonly accelerators?: readonly { readonly acceleratorType?: string }[];
}

/** Reads how the nodes of a pool are made; `undefined` where not even the type of machine is told. */
export function toNodeConfig(config: WireNodeConfig = {}): NodeConfig | undefined {
  const { machineType, imageType, labels = {}, accelerators = [] } = config;
  if (machineType === undefined) return undefined;
  return {
    machineType,
    os: imageType === undefined ? undefined : osOf(imageType),
    labels,
    provisioning: provisioningOf(config),
    accelerators: accelerators.map(({ acceleratorType = "" }) => acceleratorType),
  };
}

/** `COS_CONTAINERD`, `UBUNTU_CONTAINERD`, `WINDOWS_LTSC_CONTAINERD`, in capitals or not. */
const osOf = (imageType: string): NodeConfig["os"] => (/^windows/i.test(imageType) ? "windows" : "linux");

function provisioningOf({ spot, preemptible, flexStart }: WireNodeConfig): NodeConfig["provisioning"] {
  if (spot === true) return "spot";
  if (preemptible === true) return "preemptible";
  return flexStart === true ? "flex-start" : "standard";
}
