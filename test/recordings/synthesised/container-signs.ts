import { IMAGE, NAMES, type Said, stamp, type Wire } from "./objects.ts";
import type { Sign } from "./row.ts";

/*
 * What the kubelet shows while a container fails, at the pace of the real recordings.
 */

type State = { readonly [kind in "waiting" | "running" | "terminated"]?: Wire };

interface Ran {
  readonly restarts?: number;
  readonly last?: Wire;
  readonly container?: string;
  readonly init?: true;
  readonly sidecar?: true;
}

/** Status of a pod one of whose containers is in a state; the others wait for it. */
export function inState(
  state: State,
  { restarts = 0, last, container = "web", init, sidecar }: Ran = {},
): Wire {
  const isEarly = init === true || sidecar === true;
  const own = {
    name: container,
    ready: false,
    started: state.running !== undefined,
    restartCount: restarts,
    image: IMAGE,
    imageID: "",
    state,
    lastState: last === undefined ? {} : { terminated: last },
    ...(sidecar === true ? { isSidecar: true } : {}),
  };
  const waiting = {
    name: "web",
    ready: false,
    restartCount: 0,
    image: "",
    imageID: "",
    state: { waiting: { reason: "PodInitializing" } },
  };
  return {
    phase: isEarly ? "Pending" : "Running",
    conditions: [
      { type: "PodReadyToStartContainers", status: "True" },
      { type: "PodScheduled", status: "True" },
      {
        type: "Ready",
        status: "False",
        reason: "ContainersNotReady",
        message: `containers with unready status: [${container}]`,
      },
    ],
    ...(isEarly
      ? { initContainerStatuses: [own], containerStatuses: [waiting] }
      : { containerStatuses: [own] }),
  };
}

const PULLS = [0.7, 14.5, 40.5, 83.5, 175.5];

/** A pull that fails again and again; the event tells the whole error, and the back-off its own from 1.32 on. */
export function pull(error: string, { state = "ErrImagePull", since132 = true } = {}): readonly Sign[] {
  const backOff = `Back-off pulling image "${IMAGE}"${since132 ? `: ErrImagePull: ${error}` : ""}`;
  return PULLS.flatMap((t, index): readonly Sign[] => [
    { t, pod: inState({ waiting: { reason: state, message: error } }) },
    {
      t: t + 0.1,
      event: {
        reason: "Failed",
        message: `Failed to pull image "${IMAGE}": ${error}`,
        count: index + 1,
        first: 0.7,
        container: "web",
      },
    },
    { t: t + 1.5, pod: inState({ waiting: { reason: "ImagePullBackOff", message: backOff } }) },
  ]);
}

/** The kubelet cannot create or start the container, says so in its state, and tries every 12 s. */
export function refused(reason: string, message: string): readonly Sign[] {
  const tries = Array.from({ length: 24 }, (_, index) => 1 + 12 * index);
  return [
    { t: 1, pod: inState({ waiting: { reason, message } }) },
    ...tries.map((t, index) => ({
      t: t + 0.1,
      event: { reason: "Failed", message: `Error: ${message}`, count: index + 1, first: 1, container: "web" },
    })),
  ];
}

const EXITS = [1.5, 3.5, 17.5, 42.5, 87.5, 172.5];

/** A container that ends again and again. `said` is what an event tells of each end, a moment before it. */
export function ends(
  terminated: { readonly exitCode: number; readonly reason?: string; readonly message?: string },
  {
    said = [],
    exits = EXITS,
    ...place
  }: Omit<Ran, "restarts" | "last"> & {
    readonly said?: readonly Said[];
    readonly exits?: readonly number[];
  } = {},
): readonly Sign[] {
  const { container = "web" } = place;
  return exits.flatMap((t, index): readonly Sign[] => {
    const endAt = (at: number): Wire => ({
      reason: terminated.exitCode === 0 ? "Completed" : "Error",
      ...terminated,
      finishedAt: stamp(at),
    });
    const last = index === 0 ? {} : { last: endAt(exits[index - 1] ?? 0) };
    const backOff = `back-off 10s restarting failed container=${container} pod=${NAMES.pod}_shop(uid)`;
    return [
      {
        t: t - 1,
        pod: inState({ running: { startedAt: stamp(t - 1) } }, { ...place, restarts: index, ...last }),
      },
      ...said.map((each) => ({
        t: t - 0.2,
        event: { ...each, count: index + 1, first: exits[0] ?? t, container },
      })),
      { t, pod: inState({ terminated: endAt(t) }, { ...place, restarts: index, ...last }) },
      {
        t: t + 0.4,
        pod: inState(
          { waiting: { reason: "CrashLoopBackOff", message: backOff } },
          { ...place, restarts: index, last: endAt(t) },
        ),
      },
      {
        t: t + 0.5,
        event: {
          reason: "BackOff",
          message: `Back-off restarting failed container ${container} in pod ${NAMES.pod}_shop(uid)`,
          count: index + 1,
          first: exits[0] ?? t,
          container,
        },
      },
    ];
  });
}

/** What the log of the container says that `ends` shows, whichever instance is asked for. */
export const log = (text: string, container = "web"): Readonly<Record<string, string>> => ({
  [`${NAMES.pod}/${container}/previous`]: text,
  [`${NAMES.pod}/${container}/current`]: text,
});

/** The container runs and is not ready; the kubelet tells why, every 10 s. */
export function notReady(message: string, { started = true, until = 300 } = {}): readonly Sign[] {
  const status = inState({ running: { startedAt: stamp(1) } });
  const [own] = status.containerStatuses as readonly Wire[];
  const times = Array.from({ length: Math.ceil(until / 10) }, (_, index) => 5 + 10 * index);
  return [
    { t: 1, pod: { ...status, containerStatuses: [{ ...own, started }] } },
    ...times.map((t, index) => ({
      t,
      event: { reason: "Unhealthy", message, count: index + 1, first: 5, container: "web" },
    })),
  ];
}
