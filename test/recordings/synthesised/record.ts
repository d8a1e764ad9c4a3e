import type { RecordedEvent, RecordingMeta } from "../../../scripts/replay.ts";
import { deployment, event, NAMES, pod, replicaSet, stamp, type Template, type Wire } from "./objects.ts";
import type { Expected, Row, Sign } from "./row.ts";

/** A recording as it would stand in a file. */
export interface Synthesised {
  readonly name: string;
  readonly events: readonly RecordedEvent[];
  readonly meta: RecordingMeta & {
    readonly synthesised: true;
    readonly source: string;
    readonly expect: Wire;
  };
  readonly expect: Expected;
}

/** After the last moment that matters nothing more happens for so long. */
const QUIET = 400;

/** Both recordings of a row: the failure, and its nearest other. */
export function recordingsOf(row: Row): readonly [Synthesised, Synthesised] {
  const { signs, expect, nearest } = row;
  const plain: Parts = {
    template: {},
    withoutReplicaSet: false,
    logs: {},
    ...row,
    end: Math.max(expect.by, ...signs.map(({ t }) => t)) + QUIET,
  };
  if (nearest.kind === "rather") {
    const other = { ...plain, logs: {}, ...nearest, end: nearest.expect.by + QUIET };
    return [synthesise(plain), synthesise({ ...other, name: `${row.name}-rather` })];
  }
  const { at } = nearest;
  const till = signs.filter(({ t }) => t < at);
  const cure: Expected = { result: "succeeded", reason: "", container: null, from: at + 29, by: at + 125 };
  const cured = { ...plain, signs: [...till, ...cureOf(till, at)], expect: cure, end: cure.by };
  return [synthesise(plain), synthesise({ ...cured, name: `${row.name}-heals` })];
}

type Parts = Required<Omit<Row, "row" | "nearest">> & { readonly end: number };

function synthesise({
  name,
  source,
  template,
  withoutReplicaSet,
  signs,
  logs,
  expect,
  end,
}: Parts): Synthesised {
  const { result, reason, container, by } = expect;
  return {
    name,
    events: [
      ...before(template).filter(
        ({ t, object }) => !withoutReplicaSet || t < 0 || object.kind !== "ReplicaSet",
      ),
      ...signs.toSorted((a, b) => a.t - b.t).flatMap((sign) => eventsOf(sign, template)),
    ],
    meta: {
      synthesised: true,
      source,
      duration: end,
      logs,
      expect: { result, reason: [reason], container, at_most: by },
    },
    expect,
  };
}

/** The old version, healthy, and the change. */
function before(template: Template): readonly RecordedEvent[] {
  const old = { name: `${NAMES.old}-zzzzz`, node: "gke-prod-pool-1-abcd", status: readyStatus(-55) };
  return [
    { t: -1, type: "ADDED", object: deployment(1, {}) },
    {
      t: -1,
      type: "ADDED",
      object: replicaSet(1, {}, { replicas: 1, readyReplicas: 1, availableReplicas: 1 }),
    },
    { t: -1, type: "ADDED", object: pod(1, {}, old) },
    {
      t: 0.08,
      type: "MODIFIED",
      object: deployment(2, template, { status: { observedGeneration: 1, updatedReplicas: 1 } }),
    },
    { t: 0.1, type: "ADDED", object: replicaSet(2, template, { replicas: 0 }) },
    { t: 0.12, type: "MODIFIED", object: deployment(2, template) },
  ];
}

function eventsOf(sign: Sign, template: Template): readonly RecordedEvent[] {
  const { t, name = NAMES.pod } = sign;
  const objects: Wire[] = [];
  if (sign.workload !== undefined) objects.push(deployment(2, template, sign.workload));
  if (sign.replicaSet !== undefined) objects.push(replicaSet(2, template, sign.replicaSet));
  if (sign.pod !== undefined) {
    const node = sign.unplaced ? undefined : "gke-prod-pool-1-abcd";
    const metadata = sign.podMetadata ?? {};
    objects.push(pod(2, template, { name, node, status: sign.pod, metadata }));
  }
  if (sign.event !== undefined) objects.push(event(t, sign.event));
  const changes = objects.map((object): RecordedEvent => ({ t, type: "MODIFIED", object }));
  if (sign.gone === undefined) return changes;
  const object = pod(2, template, { name: sign.gone, node: undefined, status: {} });
  return [...changes, { t, type: "DELETED", object }];
}

/** The pod that was last seen becomes ready, the old one goes, and the Deployment says so. */
function cureOf(signs: readonly Sign[], at: number): readonly Sign[] {
  const last = signs.findLast((sign) => sign.pod !== undefined && sign.pod.phase !== "Failed");
  const status = readyStatus(at, (last?.pod ?? {}) as LastSeen);
  const name = last?.name ?? NAMES.pod;
  return [
    { t: at, pod: status, name },
    { t: at, replicaSet: { replicas: 1, readyReplicas: 1, availableReplicas: 1 } },
    { t: at + 0.5, workload: { status: { replicas: 1, updatedReplicas: 1 } } },
  ];
}

type LastSeen = {
  readonly conditions?: readonly { readonly type: string }[];
  readonly containerStatuses?: readonly Wire[];
  readonly initContainerStatuses?: readonly Wire[];
};

/** A pod whose containers all run and are ready; an init container did its work. */
function readyStatus(t: number, last: LastSeen = {}): Wire {
  const state = { running: { startedAt: stamp(t - 2) } };
  const started = { ready: true, started: true, state };
  const own = last.containerStatuses ?? [{ name: "web", restartCount: 0, image: "", imageID: "" }];
  const inits = (last.initContainerStatuses ?? []).map((status) =>
    status.isSidecar === true
      ? { ...status, ...started }
      : {
          ...status,
          ready: true,
          state: { terminated: { exitCode: 0, reason: "Completed", finishedAt: stamp(t - 2) } },
        },
  );
  const gates = (last.conditions ?? []).filter(({ type }) => type.includes("/"));
  return {
    phase: "Running",
    conditions: [
      ...gates.map((gate) => ({ ...gate, status: "True", reason: "" })),
      ...["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"].map(
        (type) => ({
          type,
          status: "True",
          lastTransitionTime: stamp(t),
        }),
      ),
    ],
    initContainerStatuses: inits,
    containerStatuses: own.map((status) => ({ ...status, ...started })),
  };
}
