import type { NodeConfig, NodeGroup } from "../../model/autoscaling.ts";
import type { Requirement } from "../../model/labels.ts";
import type { PodSpec } from "../../model/pod-spec.ts";
import { matchesLabels } from "../../selector.ts";
import { type MachineType, machineTypeOf } from "./machine-type.ts";

/**
 * What a node of the group may have for a label: all values that are possible, `undefined` where it may lack it. Of a
 * label that is not in here nothing is known: what watches nodes may give them any.
 */
export type PossibleLabels = ReadonlyMap<string, readonly (string | undefined)[]>;

type Fact = readonly [key: string, ...values: (string | undefined)[]];

/**
 * Tells the labels that a node will have or lack whatever happens. Where one is asked for that is also GKE's own,
 * the API leaves open which of the two holds.
 * Source: GKE API v1, `NodeConfig.labels`; GoogleCloudPlatform/cluster-autoscaler (7d25050),
 * pkg/cloudprovider/gke/labels/system_labels.go, pkg/cloudprovider/gke/templates.go
 * (`buildLabelsForAutoprovisionedMig`); GKE documentation, "Use Spot VMs".
 */
export function possibleLabels(group: NodeGroup, config: NodeConfig): PossibleLabels {
  const facts = [...Object.entries(config.labels), ...ownLabels(group, config)];
  const byKey = Map.groupBy(facts, ([key]) => key);
  return new Map([...byKey].map(([key, same]) => [key, same.flatMap(([, ...values]) => values)]));
}

function ownLabels({ pool, zone }: NodeGroup, config: NodeConfig): readonly Fact[] {
  const { machineType, os, provisioning } = config;
  const machine = machineTypeOf(machineType);
  const flag = (kind: NodeConfig["provisioning"]): Fact => [
    `cloud.google.com/gke-${kind}`,
    provisioning === kind ? "true" : undefined,
  ];
  return [
    ...known("cloud.google.com/gke-nodepool", pool),
    ...known("topology.kubernetes.io/zone", zone),
    ["node.kubernetes.io/instance-type", machineType],
    ...known("kubernetes.io/os", os),
    ...known("kubernetes.io/arch", machine?.arch),
    flag("spot"),
    flag("preemptible"),
    flag("flex-start"),
    // Nodes of older versions lack it.
    ["cloud.google.com/gke-provisioning", provisioning, undefined],
    ...acceleratorOf(config, machine),
  ];
}

const known = (key: string, value: string | undefined): readonly Fact[] =>
  value === undefined ? [] : [[key, value]];

const ACCELERATOR = "cloud.google.com/gke-accelerator";

function acceleratorOf(config: NodeConfig, machine: MachineType | undefined): readonly Fact[] {
  if (hasNoGpus(config, machine)) return [[ACCELERATOR, undefined]];
  const [type, ...others] = config.accelerators;
  return others.length === 0 ? known(ACCELERATOR, type) : [];
}

/** Whether neither the machine has GPUs nor is any attached to it; not for a machine that is not known. */
export const hasNoGpus = ({ accelerators }: NodeConfig, machine: MachineType | undefined): boolean =>
  machine?.hasGpus === false && accelerators.length === 0;

/** Whether no node with such labels matches what the pod requires by `nodeSelector` and node affinity. */
export function neverMatch({ nodeSelector, nodeAffinity }: PodSpec, labels: PossibleLabels): boolean {
  const selected = Object.entries(nodeSelector).map(([key, value]) => ({
    key,
    operator: "In",
    values: [value],
  }));
  if (selected.some(fails)) return true;
  return (
    nodeAffinity?.every(
      ({ matchExpressions, matchFields }) =>
        matchExpressions.length + matchFields.length === 0 || matchExpressions.some(fails),
    ) ?? false
  );

  function fails(requirement: Requirement): boolean {
    const { key } = requirement;
    const values = labels.get(key);
    return (
      values?.every((value) => !matchesLabels([requirement], value === undefined ? {} : { [key]: value })) ??
      false
    );
  }
}
