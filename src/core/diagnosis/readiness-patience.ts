import type { Pod } from "../model/pod.ts";
import { probeBudgetOf } from "../probe.ts";
import type { Observation } from "../rollout/rollout.ts";
import { isReady } from "./pod-state.ts";
import type { Scene } from "./scene.ts";

const LEAST_MS = 120_000;
/** How much slower than the slowest pod before a new one may be. */
const SLOWER = 5;
/** A pod that took longer was held up by something else. */
const LONGEST_MS = 600_000;

/**
 * How long a new pod may run without becoming Ready, in milliseconds of watched time: as the user says, else the
 * largest of two minutes, what its probes allow, and five times what the slowest pod of the version before took.
 */
export function readinessPatienceOf({ goal, workload, memory }: Scene): number {
  if (goal.readinessPatienceMs !== "auto") return goal.readinessPatienceMs;
  const budgets = workload.template.spec.containers.map(
    ({ startupProbe, readinessProbe }) => probeBudgetOf(startupProbe) + probeBudgetOf(readinessProbe),
  );
  const budget = Math.max(0, ...budgets) + workload.minReadySeconds * 1_000;
  return Math.max(LEAST_MS, budget, SLOWER * memory.slowestReadyMs);
}

/** The slowest time from container start to Ready of pods that never restarted. Both times are the kubelet's. */
export function slowestReadyOf(pods: readonly Pod[]): number {
  return Math.max(
    0,
    ...pods
      .filter(isReady)
      .map(timeToReady)
      .filter((ms) => ms < LONGEST_MS),
  );
}

/** Pods of the versions before. */
export function replacedPodsOf(
  { pods }: Pick<Observation, "pods">,
  newUid: string | undefined,
): readonly Pod[] {
  return pods.filter(({ ownerUid }) => ownerUid !== newUid);
}

function timeToReady({ conditions, containers }: Pod): number {
  const ready = conditions.find(({ type }) => type === "Ready")?.lastTransition;
  const apps = containers.filter(({ role }) => role !== "init");
  if (ready === undefined || apps.some(({ restartCount }) => restartCount > 0)) return 0;
  const starts = apps.flatMap(({ state }) =>
    state.kind === "running" && state.startedAt !== undefined ? [state.startedAt] : [],
  );
  return starts.length === 0 ? 0 : ready - Math.max(...starts);
}
