import type { KubernetesObject } from "@kubernetes/client-node";
import { deviceResources } from "../../core/capacity/devices.ts";
import type { DeviceClass, Devices } from "../../core/model/devices.ts";
import type { PodSpec } from "../../core/model/pod-spec.ts";
import { type Api, readAll } from "./api.ts";
import { Refusal } from "./failure.ts";
import { unreadGap } from "./gap.ts";

/** A new pod on a server of a minor version. */
interface Requesting {
  readonly minor: number;
  readonly pod: PodSpec;
}

type DeviceClassJson = KubernetesObject & { readonly spec?: { readonly extendedResourceName?: string } };

const PATH = "/apis/resource.k8s.io/v1/deviceclasses";
const WANTED = {
  what: "DeviceClasses",
  lost: "whether one provides what the pod requests, on nodes that do not list it, is not known",
};

/** Reads which devices could stand for resources that the pod requests; nothing where none could. */
export async function readDevices(
  api: Api,
  { minor, pod }: Requesting,
  signal: AbortSignal,
): Promise<Devices | undefined> {
  if (deviceResources(pod, minor).length === 0) return undefined;
  try {
    const classes = await readAll<DeviceClassJson>(api, { path: PATH }, signal);
    return { classes: classes.map(toDeviceClass), gaps: [] };
  } catch (error) {
    // Without the API there are no such classes.
    if (error instanceof Refusal && error.code === 404 && error.google === undefined)
      return { classes: [], gaps: [] };
    return { classes: [], gaps: [unreadGap(api, error, "list DeviceClasses", WANTED)] };
  }
}

const toDeviceClass = ({ metadata, spec }: DeviceClassJson): DeviceClass => ({
  name: metadata?.name ?? "",
  extendedResourceName: spec?.extendedResourceName || undefined,
});
