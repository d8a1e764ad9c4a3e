import {
  answerOf,
  changeOf,
  type RecordedEvent,
  type RecordingMeta,
  readRecording,
  startOf,
} from "../../../scripts/replay.ts";
import { RolloutCache } from "../../../src/adapters/kubernetes/cache.ts";
import type { LogExcerpt } from "../../../src/core/diagnosis/finding.ts";
import { type Instant, instant } from "../../../src/core/model/instant.ts";
import type { Target, Workload } from "../../../src/core/model/workload.ts";
import type { LogRequest, Observation } from "../../../src/core/rollout/rollout.ts";
import type { Cluster, PatchAnswer, SnapshotRequest, Watch } from "../../../src/ports.ts";
import { node, placed, scenario } from "../capacity/builders.ts";

/** What a story does to the cluster that the recording was not made for. */
export interface Twist {
  /** Answers to the writes; those that it leaves out succeed. */
  readonly patches?: readonly (PatchAnswer | undefined)[];
  /** CPU of the one node, of which 970m are in use. */
  readonly cpu?: string;
  /** Rights of these verbs are missing. */
  readonly lacking?: readonly string[];
  /** What becomes of an observation so many seconds after the start. */
  readonly seen?: (observation: Observation, second: number) => Observation;
}

const IN_USE = [
  ["kube-system", "kube-dns-5f8689dbc9-x2x9l", { cpu: "260m", memory: "110Mi" }],
  ["kube-system", "fluentbit-gke-7pq5l", { cpu: "100m", memory: "200Mi" }],
  ["shop", "checkout-7c9d8f6b5-2mhqk", { cpu: "606m", memory: "512Mi" }],
] as const;

/** A recorded rollout as a cluster in virtual time: our write is the change in it, and undoing brings the start back. */
export class RecordedCluster implements Cluster {
  readonly endpoint = "34.90.12.7";
  readonly namespace = "shop";
  /** Seconds of the recording. */
  second = -1;
  readonly before: Target;
  readonly changed: Workload;
  readonly #events: readonly RecordedEvent[];
  readonly #meta: RecordingMeta;
  readonly #start: number;
  /** The event that shows our change. */
  readonly #change: RecordedEvent;
  /** What was shown so far, and which event comes next. */
  readonly #cache: RolloutCache;
  #next = 0;
  readonly #twist: Twist;
  #patches = 0;

  constructor(name: string, twist: Twist = {}) {
    const path = new URL(`../../recordings/${name}.jsonl`, import.meta.url).pathname;
    const { events, meta } = readRecording(path);
    const change = changeOf(events);
    if (change === undefined) throw new Error(`nothing is changed in ${name}`);
    this.#events = events.filter(({ t, object }) => t > 0 || object.kind !== "Event");
    this.#meta = meta;
    this.#start = startOf(events);
    this.#twist = twist;
    this.changed = change.workload;
    this.#change = events[change.index] as RecordedEvent;
    this.#cache = new RolloutCache({ ...this.changed, kind: "Deployment" }, this.changed.uid);
    while (this.#events[this.#next] !== this.#change) this.#apply(this.#events[this.#next] as RecordedEvent);
    this.second = -1;
    const { workload, replicaSets, pods } = this.#look();
    if (workload === undefined) throw new Error(`${name} begins without a workload`);
    this.before = { workload, replicaSets, pods };
  }

  now(): Instant {
    return instant(this.#start + Math.round(this.second * 1000));
  }

  async review(rights: readonly { readonly verb: string }[]): ReturnType<Cluster["review"]> {
    const allowed = rights.map(({ verb }) => !(this.#twist.lacking ?? []).includes(verb));
    return { kind: "known", user: "deployer@shop.iam.gserviceaccount.com", allowed };
  }

  target = async (): Promise<Target> => this.before;

  async snapshot({ target, next }: SnapshotRequest): ReturnType<Cluster["snapshot"]> {
    this.second += 0.4;
    const name = this.before.pods[0]?.nodeName ?? "";
    const ours = target.pods.map((pod) =>
      placed(name, { cpu: "2m", memory: "8Mi" }, { name: pod.name, ownerUid: pod.ownerUid }),
    );
    const others = IN_USE.map(([namespace, pod, requests]) =>
      placed(name, requests, { namespace, name: pod }),
    );
    const [snapshot] = scenario({
      replicas: target.workload.replicas,
      nodes: [node(name, { cpu: this.#twist.cpu ?? "4", memory: "4Gi" })],
      pods: [...ours, ...others],
      pod: next.spec,
    });
    return { ...snapshot, at: this.now() };
  }

  async patch(): Promise<PatchAnswer> {
    const answer = this.#twist.patches?.at(this.#patches);
    this.#patches += 1;
    if (answer !== undefined) return answer;
    if (this.#patches === 1) {
      this.#apply(this.#change);
      return { kind: "written", workload: this.changed, warnings: [] };
    }
    return { kind: "written", workload: this.#before(), warnings: [] };
  }

  watch(_: unknown, __: string, signal: AbortSignal): Watch {
    const logs: LogExcerpt[] = [];
    const ask = (requests: readonly LogRequest[]) => {
      logs.push(...requests.map((request) => answerOf(request, this.#meta)));
    };
    const shown =
      this.#patches > 1 ? this.#restored() : this.#patches === 1 ? this.#recorded(logs) : this.#still();
    return Object.assign(this.#until(signal, shown), { ask });
  }

  close = async (): Promise<void> => undefined;

  async *#until(signal: AbortSignal, shown: Iterable<Observation>): AsyncGenerator<Observation> {
    for (const observation of shown) {
      const twisted = this.#twist.seen?.(observation, this.second) ?? observation;
      signal.throwIfAborted();
      yield twisted;
    }
  }

  /** A look at each event, and one a second while nothing comes; a later watch goes on where an earlier one ended. */
  *#recorded(logs: readonly LogExcerpt[]): Generator<Observation> {
    yield this.#look(logs);
    for (;;) {
      const event = this.#events[this.#next];
      if (event === undefined || this.second + 1 < event.t) this.second += 1;
      else this.#apply(event);
      yield this.#look(logs);
    }
  }

  #apply({ t, type, object }: RecordedEvent): void {
    this.second = Math.max(this.second, t);
    this.#cache.apply(type, object);
    this.#next += 1;
  }

  #look(logs: readonly LogExcerpt[] = []): Observation {
    return this.#cache.observation(this.now(), this.now(), logs);
  }

  *#still(): Generator<Observation> {
    for (;;) {
      this.second += 1;
      yield this.#look();
    }
  }

  /** The workload as our rollback leaves it. */
  #before(): Workload {
    const generation = this.changed.generation + 1;
    return { ...this.before.workload, generation, observedGeneration: generation };
  }

  *#restored(): Generator<Observation> {
    const workload = this.#before();
    for (const observation of this.#still()) yield { ...observation, workload };
  }
}
