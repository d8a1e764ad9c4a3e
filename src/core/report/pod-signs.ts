import { ON_THE_WAY } from "../diagnosis/pod-state.ts";
import type { Instant } from "../model/instant.ts";
import type { ContainerStatus, Pod, Terminated } from "../model/pod.ts";
import type { Moment } from "./report.ts";

/** Something that a pod shows. `key` is the same for the same thing in every later observation of the pod. */
export interface Sign {
  readonly key: string;
  readonly at: Instant;
  readonly text: string;
  readonly tone: Moment["tone"];
}

/** Everything that a pod shows now and that belongs on a timeline; `now` stands in where the API gives no time. */
export function signsOf(pod: Pod, now: Instant): Sign[] {
  return [
    { key: "created", at: pod.createdAt, text: "created", tone: "normal" },
    ...schedulingSigns(pod, now),
    ...pod.containers.flatMap((container) => containerSigns(container, now)),
    ...readySigns(pod, now),
    ...endSigns(pod, now),
  ];
}

function schedulingSigns(pod: Pod, now: Instant): Sign[] {
  const condition = pod.conditions.find(({ type }) => type === "PodScheduled");
  const at = condition?.lastTransition ?? now;
  if (pod.nodeName !== undefined) {
    return [{ key: "scheduled", at, text: `scheduled on ${pod.nodeName}`, tone: "normal" }];
  }
  if (condition?.status !== "False") {
    return [];
  }
  const reason = condition.reason || "Unschedulable";
  return [{ key: `unscheduled ${reason}`, at, text: reason, tone: "bad" }];
}

function containerSigns(container: ContainerStatus, now: Instant): Sign[] {
  const { name, state, lastState, restartCount } = container;
  const signs: Sign[] = [];
  if (lastState !== undefined) {
    signs.push(...exitSigns(container, lastState, now));
  }
  if (state.kind === "terminated") {
    signs.push(...exitSigns(container, state, now));
  }
  if (state.kind === "waiting" && !ON_THE_WAY.has(state.reason)) {
    const key = `waiting ${name} ${state.reason}`;
    signs.push({ key, at: now, text: `${name}: ${state.reason}`, tone: "bad" });
  }
  if (state.kind === "running" && restartCount > 0) {
    const key = `restart ${name} ${restartCount}`;
    signs.push({ key, at: state.startedAt ?? now, text: `${name}: restart ${restartCount}`, tone: "active" });
  }
  return signs;
}

/** An init container that did its work is no news. */
function exitSigns(container: ContainerStatus, end: Terminated, now: Instant): Sign[] {
  if (container.role === "init" && end.exitCode === 0) {
    return [];
  }
  const why = end.reason === "" || end.reason === "Error" ? "" : ` (${end.reason})`;
  return [
    {
      key: `exit ${container.name} ${end.finishedAt ?? container.restartCount}`,
      at: end.finishedAt ?? now,
      text: `${container.name}: exit code ${end.exitCode}${why}`,
      tone: "bad",
    },
  ];
}

/** A pod that was never Ready has nothing to lose, so only True is a sign; `False` after it is one too. */
function readySigns(pod: Pod, now: Instant): Sign[] {
  const condition = pod.conditions.find(({ type }) => type === "Ready");
  if (condition?.status !== "True") {
    return [];
  }
  const at = condition.lastTransition ?? now;
  return [{ key: `ready ${at}`, at, text: "Ready", tone: "good" }];
}

function endSigns(pod: Pod, now: Instant): Sign[] {
  if (pod.phase !== "Failed") {
    return [];
  }
  const reason = pod.reason || "Failed";
  return [{ key: `failed ${reason}`, at: now, text: reason, tone: "bad" }];
}
