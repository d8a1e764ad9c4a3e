import { type RecordedEvent, readRecording } from "../../../scripts/replay.ts";

/** Any JSON object as the API would answer it. */
export type Wire = Readonly<Record<string, unknown>>;

type Kind = "Deployment" | "ReplicaSet" | "Pod";

/** What a transient adds to the recorded template: fields of the pod's spec and of its container `web`. */
export interface Template {
  readonly container?: Wire;
  readonly spec?: Wire;
  readonly minReadySeconds?: number;
}

/** Wall clock of second 0, in milliseconds. */
const START = Date.UTC(2026, 10, 24, 4);

/** The timestamp of a second, as the API writes it: whole seconds. */
export const stamp = (t: number): string =>
  new Date(START + Math.floor(t) * 1000).toISOString().replace(".000Z", "Z");

const HEALTHY = readRecording(new URL("../healthy.jsonl", import.meta.url).pathname).events;

/** The last that the real rollout showed of one kind, of the old version or the new one. */
function recorded(kind: Kind, version: 1 | 2): Shape {
  const isOf = ({ object }: RecordedEvent): boolean =>
    object.kind === kind && JSON.stringify(object).includes(`127.0.0.1:5000/web:${version}"`);
  const found = HEALTHY.findLast((event) => isOf(event) && event.type !== "DELETED");
  if (found === undefined) throw new Error(`the recording has no ${kind} of version ${version}`);
  return found.object as unknown as Shape;
}

interface Shape {
  readonly metadata: Wire;
  readonly spec: Wire;
  readonly status: Wire;
}

const SHAPES = {
  Deployment: { 1: recorded("Deployment", 1), 2: recorded("Deployment", 2) },
  ReplicaSet: { 1: recorded("ReplicaSet", 1), 2: recorded("ReplicaSet", 2) },
  Pod: { 1: recorded("Pod", 1), 2: recorded("Pod", 2) },
} as const;

/** Names of the ReplicaSets. */
export const OWNERS = { 1: nameOf("ReplicaSet", 1), 2: nameOf("ReplicaSet", 2) } as const;

/** The image of the new version, as the template names it. */
export const IMAGE = "127.0.0.1:5000/web:2";

function nameOf(kind: Kind, version: 1 | 2): string {
  return String(SHAPES[kind][version].metadata.name);
}

function podSpec(spec: Wire, version: 1 | 2, template: Template): Wire {
  if (version === 1) return spec;
  const [web] = spec.containers as readonly Wire[];
  return { ...spec, ...template.spec, containers: [{ ...web, ...template.container }] };
}

function templateOf(spec: Wire, version: 1 | 2, template: Template): Wire {
  const json = spec.template as { readonly metadata: Wire; readonly spec: Wire };
  return { ...json, spec: podSpec(json.spec, version, template) };
}

/** The Deployment, as it asks for a version. */
export function deployment(
  version: 1 | 2,
  template: Template,
  seen: { replicas: number; generation: number; status: Wire },
): Wire {
  const { metadata, spec } = SHAPES.Deployment[version];
  return {
    kind: "Deployment",
    metadata: { ...metadata, generation: seen.generation },
    spec: {
      ...spec,
      replicas: seen.replicas,
      minReadySeconds: template.minReadySeconds ?? 0,
      template: templateOf(spec, version, template),
    },
    status: { observedGeneration: seen.generation, ...seen.status },
  };
}

/** One of its ReplicaSets. */
export function replicaSet(version: 1 | 2, template: Template, status: Wire): Wire {
  const { metadata, spec } = SHAPES.ReplicaSet[version];
  const creationTimestamp = stamp(version === 1 ? -60 : 0);
  return {
    kind: "ReplicaSet",
    metadata: { ...metadata, creationTimestamp },
    spec: { ...spec, template: templateOf(spec, version, template) },
    status,
  };
}

/** A pod of one of them; without a node: not placed yet. */
export function pod(
  version: 1 | 2,
  template: Template,
  seen: { name: string; createdAt: number; node: string | undefined; status: Wire; metadata?: Wire },
): Wire {
  const { deletionTimestamp: _, ...metadata } = SHAPES.Pod[version].metadata;
  const { nodeName: __, ...spec } = SHAPES.Pod[version].spec;
  return {
    kind: "Pod",
    metadata: {
      ...metadata,
      name: seen.name,
      uid: `uid of ${seen.name}`,
      creationTimestamp: stamp(seen.createdAt),
      ...seen.metadata,
    },
    spec: {
      ...podSpec(spec, version, template),
      ...(seen.node === undefined ? {} : { nodeName: seen.node }),
    },
    status: seen.status,
  };
}

/** What an Event says. `first`, `last`: seconds. */
export interface Said {
  readonly reason: string;
  readonly message: string;
  readonly type?: "Normal" | "Warning";
  readonly count?: number;
  readonly first?: number;
  readonly container?: string;
}

/** An Event of the kubelet, or of a controller. */
export function event(kind: Kind, name: string, last: number, said: Said): Wire {
  const { reason, message, type = "Warning", count = 1, first = last, container } = said;
  const uid = kind === "Pod" ? `uid of ${name}` : SHAPES[kind][2].metadata.uid;
  return {
    kind: "Event",
    metadata: {
      name: `${name}.${reason}`,
      namespace: "shop",
      uid: `${name}/${reason}/${message}`,
      creationTimestamp: stamp(first),
    },
    involvedObject: {
      kind,
      namespace: "shop",
      name,
      uid,
      ...(container === undefined ? {} : { fieldPath: `spec.containers{${container}}` }),
    },
    reason,
    message,
    type,
    count,
    firstTimestamp: stamp(first),
    lastTimestamp: stamp(last),
    eventTime: null,
  };
}
