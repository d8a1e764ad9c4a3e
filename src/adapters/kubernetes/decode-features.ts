import type { V1Container, V1PodSpec } from "@kubernetes/client-node";

/**
 * The features that a node must declare for the scheduler (from 1.36) to put the pod there.
 * Source: component-helpers/nodedeclaredfeatures/features (v1.36.3), `InferForScheduling` of each; those left out
 * there want nothing of a pod that is yet to be placed.
 */
export function toRequiredFeatures(spec: V1PodSpec): { readonly features?: readonly string[] } {
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  const features = [
    ...(containers.some(restartsAll) ? ["RestartAllContainersOnContainerExits"] : []),
    ...(spec.hostNetwork === true && spec.hostUsers === false ? ["UserNamespacesHostNetworkSupport"] : []),
  ];
  return features.length === 0 ? {} : { features };
}

const restartsAll = ({ restartPolicyRules }: V1Container): boolean =>
  restartPolicyRules?.some(({ action }) => action === "RestartAllContainers") === true;
