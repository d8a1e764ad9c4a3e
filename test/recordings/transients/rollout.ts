import type { RecordedEvent } from "../../../scripts/replay.ts";
import {
  deployment,
  event,
  OWNERS,
  pod,
  replicaSet,
  type Said,
  type Template,
  type Wire,
} from "./objects.ts";
import { onNode, running, type Sign } from "./signs.ts";

/** What becomes of one pod, in seconds since it was created: ready in the end, or gone and replaced. */
export interface Life {
  readonly signs: readonly Sign[];
  readonly end:
    | { readonly kind: "ready"; readonly at: number; readonly status: Wire }
    | { readonly kind: "gone"; readonly at: number };
}

/** What keeps the controller from creating a pod, in seconds since it tried first. */
export interface Refusal {
  readonly message: string;
  /** When it tries; the first try after `until` succeeds. */
  readonly tries: readonly number[];
  readonly until: number;
}

/** A rollout, one new pod after the other; functions are asked with the second at which the pod is created. */
export interface Story {
  readonly replicas: number;
  readonly template: Template;
  /** Seconds from an old pod's deletion to its end. */
  readonly grace: number;
  /** An old pod goes before the first new one comes. */
  readonly oldFirst?: boolean;
  lives(slot: number, now: number): readonly [Life, ...((now: number) => Life)[]];
  readonly refusal?: (slot: number) => Refusal | undefined;
  /** A change of the number of replicas midway. */
  readonly scaled?: { readonly at: number; readonly replicas: number };
}

/** A pod that the node sets up and runs within seconds. */
export function easyLife(now: number, took: { started: number; ready: number }): Life {
  const status = (ready: boolean): Wire =>
    onNode(now + took.started, { state: running(now + took.started), ready });
  return {
    signs: [{ at: took.started, status: status(false) }],
    end: {
      kind: "ready",
      at: took.ready,
      status: onNode(now + took.ready, { state: running(now + took.started), ready: true }),
    },
  };
}

/** Plays a story to its good end: the watch events of the whole, in order of time. */
export function recordingOf(story: Story): readonly RecordedEvent[] {
  const played = new Playing(story);
  return played.play();
}

class Playing {
  readonly #story: Story;
  readonly #events: RecordedEvent[] = [];
  #now = 0.05;
  #old: string[];
  #created = 0;
  #ready = 0;
  #replicas: number;
  #pods = 0;

  constructor(story: Story) {
    this.#story = story;
    this.#replicas = story.replicas;
    this.#old = Array.from({ length: story.replicas }, (_, index) => `${OWNERS[1]}-old${index}`);
  }

  play(): readonly RecordedEvent[] {
    this.#before();
    if (this.#story.oldFirst === true) this.#endOld();
    for (let slot = 0; slot < this.#replicas; slot += 1) {
      this.#fill(slot);
      if (this.#ready + this.#old.length > this.#replicas) this.#endOld();
      this.#scale();
      this.#count();
    }
    while (this.#old.length > 0) this.#endOld();
    this.#count();
    return this.#events.toSorted((one, other) => one.t - other.t);
  }

  #show(t: number, object: Wire, type: RecordedEvent["type"] = "MODIFIED"): void {
    this.#events.push({ t, type, object });
  }

  #before(): void {
    const { template, replicas } = this.#story;
    const all = { replicas, updatedReplicas: replicas, availableReplicas: replicas };
    this.#show(-1, deployment(1, template, { replicas, generation: 1, status: all }), "ADDED");
    this.#show(-1, replicaSet(1, template, { replicas, availableReplicas: replicas }), "ADDED");
    for (const name of this.#old) this.#show(-1, this.#oldPod(name), "ADDED");
    const status = { ...all, observedGeneration: 1 };
    this.#show(this.#now, deployment(2, template, { replicas, generation: 2, status }));
    this.#show(this.#now + 0.1, replicaSet(2, template, { replicas: 0 }), "ADDED");
    this.#now += 0.2;
    this.#count();
  }

  #oldPod(name: string, metadata: Wire = {}): Wire {
    const status = onNode(-50, { state: running(-55), ready: true });
    return pod(1, {}, { name, createdAt: -60, node: "node-a", status, metadata });
  }

  /** The oldest goes; it takes its grace. */
  #endOld(): void {
    const name = this.#old.shift();
    if (name === undefined) return;
    const object = this.#oldPod(name, { deletionTimestamp: "2026-11-24T05:00:00Z" });
    this.#show(this.#now + 0.1, object);
    this.#show(this.#now + 0.2 + this.#story.grace, object, "DELETED");
  }

  /** A slot has its pod, whatever befalls it, and those before it, on the way. */
  #fill(slot: number): void {
    this.#refuse(slot);
    this.#created += 1;
    this.#count();
    const [first, ...others] = this.#story.lives(slot, this.#now);
    let life = first;
    for (const next of [...others, undefined]) {
      this.#live(life);
      this.#now += life.end.at;
      if (next === undefined) break;
      this.#now += 0.5;
      life = next(this.#now);
    }
    this.#ready += 1;
    this.#count();
  }

  #live({ signs, end }: Life): void {
    const { template } = this.#story;
    const name = `${OWNERS[2]}-new${this.#pods}`;
    this.#pods += 1;
    const createdAt = this.#now;
    const show = (at: number, status: Wire, more: { placed?: boolean; metadata?: Wire } = {}): void => {
      const node = more.placed === false ? undefined : "node-a";
      this.#show(
        createdAt + at,
        pod(2, template, { name, createdAt, node, status, metadata: more.metadata ?? {} }),
      );
    };
    show(0, { phase: "Pending" }, { placed: false });
    for (const { at, status, event: said, ...more } of signs) {
      if (status !== undefined) show(at, status, more);
      if (said !== undefined) this.#say("Pod", name, at, said);
    }
    if (end.kind === "ready") show(end.at, end.status);
    else
      this.#show(
        createdAt + end.at + 0.3,
        pod(2, template, { name, createdAt, node: "node-a", status: {} }),
        "DELETED",
      );
  }

  #say(kind: "Pod" | "ReplicaSet", name: string, at: number, said: Said): void {
    this.#show(this.#now + at, event(kind, name, this.#now + at, said));
  }

  #refuse(slot: number): void {
    const refusal = this.#story.refusal?.(slot);
    if (refusal === undefined) return;
    const { message, tries, until } = refusal;
    const conditions = [{ type: "ReplicaFailure", status: "True", reason: "FailedCreate", message }];
    this.#show(this.#now + 0.1, replicaSet(2, this.#story.template, { replicas: this.#created, conditions }));
    const failing = tries.filter((at) => at < until);
    for (const [index, at] of failing.entries()) {
      const said = {
        reason: "FailedCreate",
        message: `Error creating: ${message}`,
        count: index + 1,
        first: this.#now,
      };
      this.#say("ReplicaSet", OWNERS[2], at, said);
    }
    this.#now += tries.find((at) => at >= until) ?? until;
  }

  #scale(): void {
    const { scaled } = this.#story;
    if (scaled !== undefined && this.#now >= scaled.at) this.#replicas = scaled.replicas;
  }

  /** The controllers count what there is. */
  #count(): void {
    const { template, replicas: first } = this.#story;
    const counts = { replicas: this.#created + this.#old.length, updatedReplicas: this.#created };
    const status = { ...counts, availableReplicas: this.#ready + this.#old.length };
    const t = this.#now + 0.05;
    this.#show(t, replicaSet(2, template, { replicas: this.#created, availableReplicas: this.#ready }));
    const generation = this.#replicas === first ? 2 : 3;
    this.#show(t + 0.02, deployment(2, template, { replicas: this.#replicas, generation, status }));
  }
}
