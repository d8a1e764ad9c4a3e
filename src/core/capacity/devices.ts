import type { DeviceClass } from "../model/devices.ts";
import type { PodSpec } from "../model/pod-spec.ts";
import { isExtendedResource, schedulerRequests } from "./requests.ts";

/** Every DeviceClass is a resource of this name. Source: k8s.io/api/resource/v1/types.go (v1.36.3). */
export const DEVICE_CLASS = "deviceclass.resource.kubernetes.io/";

/** Since then a DeviceClass may stand for a resource that no node has. Source: the feature DRAExtendedResource. */
const DEVICES_FOR_RESOURCES_SINCE = 36;

/** Resources that a pod requests and a DeviceClass may provide, on a server of the minor version. */
export function deviceResources(spec: PodSpec, minor: number): readonly string[] {
  if (minor < DEVICES_FOR_RESOURCES_SINCE) return [];
  return [...schedulerRequests(spec)]
    .filter(([name, amount]) => amount > 0 && (isExtendedResource(name) || name.startsWith(DEVICE_CLASS)))
    .map(([name]) => name);
}

/** Whether a class provides the resource. Source: pkg/scheduler/framework/plugins/dynamicresources/dra_manager.go (v1.36.3). */
export const provides = ({ name, extendedResourceName }: DeviceClass, resource: string): boolean =>
  resource === extendedResourceName || resource === `${DEVICE_CLASS}${name}`;
