import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { V1Pod } from "@kubernetes/client-node";
import { registryOf, repositoryOf } from "./images.ts";
import { type Event, type Frame, type PodStatus, toTime } from "./wire.ts";

const directory = join(import.meta.dirname, "..", "recordings");

interface Line {
  readonly t: number;
  readonly object: {
    readonly kind: string;
    readonly metadata: {
      readonly name: string;
      readonly namespace: string;
      readonly uid: string;
      readonly deletionTimestamp?: string;
      readonly ownerReferences?: readonly { readonly uid: string }[];
    };
    readonly spec?: {
      readonly nodeName?: string;
      readonly containers: readonly RecordedContainer[];
      readonly initContainers?: readonly RecordedContainer[];
    };
    readonly status?: PodStatus;
    readonly involvedObject?: { readonly uid: string };
    readonly reportingComponent?: string;
  };
}

type RecordedContainer = { readonly name: string; readonly image: string };

/** What a real kubelet wrote about one pod of the new revision, from the moment it came to its node. */
interface RecordedPod {
  readonly pod: Line["object"];
  readonly boundAt: number;
  readonly lines: readonly Line[];
  /** Last log texts by `CONTAINER/current` and `CONTAINER/previous`. */
  readonly logs: ReadonlyMap<string, string>;
}

/** The pods of the new revision in a recording, in order of their creation. */
export type Recording = readonly RecordedPod[];

/**
 * Reads `test/recordings/NAME.jsonl` and the logs of its `.meta.json`.
 *
 * @throws Error when there is no such recording, or no pod of its new revision ever came to a node: such
 * failures (quota, no room) need no kubelet, the real control plane makes them
 */
export function readRecording(name: string): Recording {
  const lines = readFileSync(join(directory, `${name}.jsonl`), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
  const meta = JSON.parse(readFileSync(join(directory, `${name}.meta.json`), "utf8"));
  const logs: [string, string][] = Object.entries(meta.logs ?? {});
  const revision = lines.find(({ t, object }) => t > 0 && object.kind === "ReplicaSet")?.object.metadata.uid;
  const isOfRevision = ({ object }: Line) =>
    object.kind === "Pod" && object.metadata.ownerReferences?.some((owner) => owner.uid === revision);
  const first = new Map<string, Line>();
  for (const line of lines.filter((line) => isOfRevision(line) && line.object.spec?.nodeName)) {
    if (!first.has(line.object.metadata.uid)) first.set(line.object.metadata.uid, line);
  }
  if (first.size === 0) throw new Error(`No kubelet saw a new pod in recording ${name}`);
  return [...first.values()].map(({ t, object }) => {
    const deleted = lines.find((l) => isSame(l, object) && l.object.metadata.deletionTimestamp)?.t;
    return {
      pod: object,
      boundAt: t,
      lines: lines.filter(
        (l) => l.t >= t && l.t < (deleted ?? Number.POSITIVE_INFINITY) && tellsOf(l, object),
      ),
      logs: new Map(
        logs
          .filter(([key]) => key.startsWith(`${object.metadata.name}/`))
          .map(([key, text]) => [key.slice(object.metadata.name.length + 1), text]),
      ),
    };
  });
}

const isSame = (line: Line, pod: Line["object"]) => line.object.metadata.uid === pod.metadata.uid;

const tellsOf = (line: Line, pod: Line["object"]) =>
  isSame(line, pod) ||
  (line.object.involvedObject?.uid === pod.metadata.uid &&
    line.object.reportingComponent !== "default-scheduler");

/**
 * The frames that make a live pod go through what the recorded one went through. Names, uids, images and times
 * become those of the live pod: times are as far from `start` (ms since the epoch) as they were from the moment
 * when the recorded pod came to its node, divided by `speed`.
 *
 * @throws Error when the live pod lacks a container of the recorded one
 */
export function framesOf(recorded: RecordedPod, live: V1Pod, start: number, speed: number): Frame[] {
  const translate = translation(recorded, live, start, speed);
  return recorded.lines.map(({ t, object }): Frame => {
    const at = ((t - recorded.boundAt) * 1000) / speed;
    return object.kind === "Pod"
      ? { kind: "status", at, status: translate(withoutResources(object.status as PodStatus)) }
      : { kind: "event", at, event: ofNamespace(translate(object as unknown as Event), live) };
  });
}

/** Resources follow the spec of the live pod, not that of the recorded one, and its QoS class cannot change. */
const withoutResources = (status: PodStatus): PodStatus =>
  JSON.parse(JSON.stringify(status), (key, part) =>
    ["qosClass", "resources", "allocatedResources"].includes(key) ? undefined : part,
  );

function ofNamespace(event: Event, live: V1Pod): Event {
  const namespace = live.metadata?.namespace ?? "";
  const { name } = event.metadata;
  return {
    ...event,
    metadata: { ...(name !== undefined && { name }), namespace },
    involvedObject: { ...event.involvedObject, namespace },
  };
}

function translation(recorded: RecordedPod, live: V1Pod, start: number, speed: number) {
  const { metadata, status } = recorded.pod;
  const namespace = live.metadata?.namespace ?? "";
  const name = live.metadata?.name ?? "";
  // Longest first: an image contains its repository, a repository its registry.
  const words = [
    [`${metadata.namespace}/${metadata.name}`, `${namespace}/${name}`],
    [`${metadata.name}_${metadata.namespace}`, `${name}_${namespace}`],
    [metadata.name, name],
    [metadata.uid, live.metadata?.uid ?? ""],
    [recorded.pod.spec?.nodeName ?? "", live.spec?.nodeName ?? ""],
    ...imageWords(recorded, live),
  ] as const;
  const scheduled = status?.conditions?.find((condition) => condition.type === "PodScheduled");
  const epoch = Date.parse(scheduled?.lastTransitionTime ?? "");
  const text = (value: string): string => {
    if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value)) {
      return toTime(start + (Date.parse(value) - epoch) / speed);
    }
    return words.reduce((result, [from, to]) => result.replaceAll(from, to), value);
  };
  return <T>(value: T): T =>
    JSON.parse(JSON.stringify(value), (_key, part) => (typeof part === "string" ? text(part) : part));
}

function imageWords(recorded: RecordedPod, live: V1Pod): [string, string][] {
  const { containers = [], initContainers = [] } = recorded.pod.spec ?? {};
  const lives = [...(live.spec?.initContainers ?? []), ...(live.spec?.containers ?? [])];
  const pairs = [...initContainers, ...containers].map(({ name, image }): [string, string] => {
    const found = lives.find((container) => container.name === name)?.image;
    if (found === undefined)
      throw new Error(`The recording has a container ${name}, pod ${live.metadata?.name} not`);
    return [image, found];
  });
  return [
    ...pairs,
    ...pairs.map(([from, to]): [string, string] => [repositoryOf(from), repositoryOf(to)]),
    ...pairs.map(([from, to]): [string, string] => [registryOf(from), registryOf(to)]),
  ];
}
