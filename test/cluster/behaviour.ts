import type { V1Pod } from "@kubernetes/client-node";
import { isImage } from "./images.ts";
import { creatingStatus, runningStatus } from "./pod-status.ts";
import { framesOf, type Recording, readRecording } from "./recording.ts";
import type { Frame } from "./wire.ts";

/** What becomes of a pod on a scripted node. */
export type Behaviour =
  /** Runs and is Ready after `afterMs` (0 when absent); until then it runs and is not. */
  | { readonly kind: "ready"; readonly afterMs?: number; readonly deletionMs?: number }
  /** Stays in `ContainerCreating`. */
  | { readonly kind: "never"; readonly deletionMs?: number }
  /** Runs and never becomes Ready. */
  | { readonly kind: "not-ready"; readonly deletionMs?: number }
  /**
   * Goes through what a pod of the new revision in `test/recordings/NAME.jsonl` went through, its events and logs
   * included, `speed` times as fast. The first live pod of a ReplicaSet plays the first recorded one, and so on;
   * further ones play the last.
   */
  | {
      readonly kind: "recording";
      readonly name: string;
      readonly speed?: number;
      readonly deletionMs?: number;
    };

/** A pod's part in the play: what to write when, and what its containers have logged. */
export interface Script {
  readonly frames: readonly Frame[];
  /** By `CONTAINER/current` and `CONTAINER/previous`. */
  readonly logs: ReadonlyMap<string, string>;
  /** How long the pod takes to go away once it is being deleted. */
  readonly deletionMs: number;
}

/** Chooses scripts by image. Every pod has a script: without a rule it is Ready at once. */
export class Repertoire {
  readonly #rules: {
    readonly pattern: string | RegExp;
    readonly behaviour: Behaviour;
    readonly recording: Recording;
    readonly turns: Map<string, number>;
  }[] = [];

  /** The latest rule that matches an image of a pod wins. Throws when there is no such recording. */
  add(pattern: string | RegExp, behaviour: Behaviour): void {
    const recording = behaviour.kind === "recording" ? readRecording(behaviour.name) : [];
    this.#rules.unshift({ pattern, behaviour, recording, turns: new Map() });
  }

  /** The script of a pod that came to its node at `start`, in ms since the epoch. */
  scriptOf(pod: V1Pod, start: number): Script {
    const images = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])].map(
      (c) => c.image ?? "",
    );
    const rule = this.#rules.find(({ pattern }) => images.some((image) => isImage(image, pattern)));
    const behaviour = rule?.behaviour ?? { kind: "ready" };
    const deletionMs = behaviour.deletionMs ?? 0;
    if (!rule || behaviour.kind !== "recording") {
      return { frames: framesOfKind(pod, behaviour, start), logs: new Map(), deletionMs };
    }
    const owner = pod.metadata?.ownerReferences?.[0]?.uid ?? "";
    const turn = rule.turns.get(owner) ?? 0;
    rule.turns.set(owner, turn + 1);
    const recorded = rule.recording[Math.min(turn, rule.recording.length - 1)];
    if (!recorded) return { frames: [], logs: new Map(), deletionMs };
    const frames = framesOf(recorded, pod, start, behaviour.speed ?? 1);
    return { frames, logs: recorded.logs, deletionMs };
  }
}

function framesOfKind(pod: V1Pod, behaviour: Behaviour, start: number): Frame[] {
  const running = (at: number, readiness: "ready" | "not-ready"): Frame => ({
    kind: "status",
    at,
    status: runningStatus(pod, { startedAt: start, at: start + at }, readiness),
  });
  switch (behaviour.kind) {
    case "ready":
      return behaviour.afterMs
        ? [running(0, "not-ready"), running(behaviour.afterMs, "ready")]
        : [running(0, "ready")];
    case "not-ready":
      return [running(0, "not-ready")];
    case "never":
      return [{ kind: "status", at: 0, status: creatingStatus(pod, start) }];
    case "recording":
      return [];
    default:
      return behaviour satisfies never;
  }
}
