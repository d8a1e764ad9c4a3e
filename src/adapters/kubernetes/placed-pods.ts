import type { V1Container, V1ContainerStatus, V1Pod, V1PodSpec, V1Volume } from "@kubernetes/client-node";
import type { Labels } from "../../core/model/labels.ts";
import type { PlacedPod } from "../../core/model/room.ts";
import { controllerOf, toInstant } from "./decode-fields.ts";
import { DELETION_COST, toPlacedPod } from "./decode-room.ts";

/**
 * Makes a `toPlacedPod` for the many pods of one cluster. Nearly all differ from others in nothing that the scheduler
 * counts but name and place: such pods are decoded once, and share all that is not their own. Then 150,000 of them
 * fit into little memory, and take little time.
 */
export function placedPods(minor: number): (json: V1Pod) => PlacedPod {
  const kinds = remembered<PlacedPod>();
  const labels = remembered<Labels>();
  const names = remembered<string>();
  return (json) => {
    const { metadata, spec, status } = json;
    const isOrdinary = Boolean(spec?.nodeName) && metadata?.deletionTimestamp === undefined;
    if (!isOrdinary) return toPlacedPod(json, minor);
    const kind = kinds(kindOf(json), () => toPlacedPod(json, minor));
    const owner = controllerOf(metadata)?.uid;
    const nodeName = spec?.nodeName ?? "";
    const startedAt = toInstant(status?.startTime);
    return {
      ...kind,
      name: metadata?.name ?? "",
      labels: labels(JSON.stringify(metadata?.labels), () => metadata?.labels ?? {}),
      ownerUid: owner && names(owner, () => owner),
      nodeName: names(nodeName, () => nodeName),
      ...(startedAt !== undefined && { startedAt }),
    };
  };
}

/** Distinct values that are kept for those to come; in a cluster where nothing is alike they are not kept for ever. */
const MOST_REMEMBERED = 20_000;

/** Gives the same value for the same key, for as long as there are not too many. */
function remembered<T>(): (key: string, make: () => T) => T {
  const known = new Map<string, T>();
  return (key, make) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = make();
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(key, made);
    return made;
  };
}

/**
 * A text that two pods share when they differ in name, labels, owner, node and time of their start at most. Left out is only what has no
 * part in placing pods (when something happened, what runs in a container, which files it sees), so that a field which
 * nobody thought of keeps pods apart rather than making them alike.
 */
function kindOf({ metadata, spec, status }: V1Pod): string {
  return JSON.stringify([
    metadata?.namespace,
    metadata?.annotations?.[DELETION_COST],
    controllerOf(metadata)?.kind,
    spec && withoutFiller(spec),
    status?.phase,
    status?.startTime !== undefined,
    status?.nominatedNodeName,
    status?.conditions?.map(({ type, status, reason }) => `${type} ${status} ${reason}`),
    status?.containerStatuses?.map(resourcesOf),
    status?.initContainerStatuses?.map(resourcesOf),
    status?.resources,
    status?.allocatedResources,
  ]);
}

const withoutFiller = (spec: V1PodSpec): object => ({
  ...spec,
  nodeName: undefined,
  hostname: undefined,
  serviceAccount: undefined,
  serviceAccountName: undefined,
  securityContext: undefined,
  tolerations: undefined,
  containers: spec.containers?.map(withoutProgram),
  initContainers: spec.initContainers?.map(withoutProgram),
  volumes: spec.volumes?.filter((volume) => !isFiles(volume)),
});

const withoutProgram = (container: V1Container): object => ({
  ...container,
  image: undefined,
  imagePullPolicy: undefined,
  securityContext: undefined,
  terminationMessagePath: undefined,
  terminationMessagePolicy: undefined,
  command: undefined,
  args: undefined,
  env: undefined,
  envFrom: undefined,
  volumeMounts: undefined,
  startupProbe: undefined,
  livenessProbe: undefined,
  readinessProbe: undefined,
  lifecycle: undefined,
});

/** Volumes that are made on the node, and exist on every node; the one of the token has a name of its own in every pod. */
const isFiles = ({ projected, configMap, secret, downwardAPI, emptyDir }: V1Volume): boolean =>
  (projected ?? configMap ?? secret ?? downwardAPI ?? emptyDir) !== undefined;

const resourcesOf = ({ name, resources, allocatedResources }: V1ContainerStatus): unknown => [
  name,
  resources,
  allocatedResources,
];
