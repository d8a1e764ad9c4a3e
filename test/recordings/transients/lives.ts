import { IMAGE, type Said, type Template } from "./objects.ts";
import type { Random } from "./random.ts";
import { easyLife, type Life, type Refusal, type Story } from "./rollout.ts";
import { creating, onNode, running, type Sign, type Stands, told, unplaced, waiting } from "./signs.ts";

export const easy =
  (random: Random) =>
  (now: number): Life => {
    const started = random.between(1, 6);
    return easyLife(now, { started, ready: started + random.between(1, 15) });
  };

/** One pod, picked by chance, or sometimes all of them, live through the trouble; the others have it easy. */
export function troubled(
  random: Random,
  life: (now: number) => Life,
  more: Partial<Story> & { readonly template?: Template } = {},
): Story {
  const replicas = random.pick([1, 2, 3]);
  const hit = random.chance(0.25) ? undefined : Math.floor(random.between(0, replicas));
  return {
    replicas,
    template: {},
    grace: random.pick([1, 5, 30]),
    lives: (slot, now) => [hit === undefined || hit === slot ? life(now) : easy(random)(now)],
    ...more,
  };
}

/** One pod is put out before or after it was ready, and another one takes its place. */
export function replaced(
  random: Random,
  out: (now: number, at: number) => readonly Sign[],
  after = easy(random),
): Story {
  const story = troubled(random, easy(random));
  const hit = Math.floor(random.between(0, story.replicas));
  const first = (now: number): Life => {
    const life = easy(random)(now);
    const at = life.end.at + random.between(1, 20);
    const ready = life.end.kind === "ready" ? [{ at: life.end.at, status: life.end.status }] : [];
    const seen = random.chance(0.5) ? ready : [];
    return {
      signs: [...life.signs, ...seen, ...out(now, at)],
      end: { kind: "gone", at: at + random.between(0, 3) },
    };
  };
  return { ...story, lives: (slot, now) => (slot === hit ? [first(now), after] : [easy(random)(now)]) };
}

/** A pod that is not ready from `started` on, told by events, until `ready`. */
export function slowLife(
  now: number,
  took: { started: number; ready: number },
  said: Said,
  isStarted: boolean,
): Life {
  const stands = (ready: boolean): Stands => ({
    state: running(now + took.started),
    ready,
    started: ready || isStarted,
  });
  const times = every(10, took.started + 3, took.ready);
  return {
    signs: [
      { at: 0.5, status: creating(now) },
      { at: took.started, status: onNode(now + took.started, stands(false)) },
      ...told(times, now, said),
    ],
    end: { kind: "ready", at: took.ready, status: onNode(now + took.ready, stands(true)) },
  };
}

const every = (seconds: number, from: number, until: number): readonly number[] =>
  Array.from(
    { length: Math.max(1, Math.ceil((until - from) / seconds)) },
    (_, index) => from + index * seconds,
  );

/** A pod that waits for its sandbox or its volumes, which only events tell, and then has it easy. */
export function heldUp(random: Random, now: number, until: number, said: Said): Life {
  const times = every(random.between(10, 15), 1, until);
  return thenEasy(random, now, until, [{ at: 0.4, status: creating(now) }, ...told(times, now, said)]);
}

/** A container that waits with an error of the kubelet until its first try after `cured`, and then has it easy. */
export function refusedByKubelet(random: Random, now: number, cured: number, message: string): Life {
  const tries = every(random.between(11, 14), 1.5, cured);
  const until = (tries.at(-1) ?? cured) + random.between(11, 14);
  const status = onNode(now + 1.4, { state: waiting("CreateContainerConfigError", message) });
  const signs: readonly Sign[] = [
    { at: 0.4, status: creating(now) },
    { at: 1.4, status },
    ...told(tries, now, { reason: "Failed", message: `Error: ${message}`, container: "web" }),
  ];
  return thenEasy(random, now, until, signs);
}

/** The trouble is over at `until`: the container starts, and becomes ready. */
function thenEasy(random: Random, now: number, until: number, signs: readonly Sign[]): Life {
  const started = random.between(1, 4);
  const life = easyLife(now + until, { started, ready: started + random.between(3, 12) });
  return {
    signs: [...signs, ...life.signs.map((sign) => ({ ...sign, at: sign.at + until }))],
    end: { ...life.end, at: life.end.at + until },
  };
}

/** Pulls that fail at those times, with the back-off between them, and one at `until` that does not. */
export function failedPulls(
  random: Random,
  now: number,
  pulls: readonly number[],
  until: number,
  error: string,
): Life {
  const backOff = `Back-off pulling image "${IMAGE}"${random.chance(0.7) ? `: ErrImagePull: ${error}` : ""}`;
  const states = pulls.flatMap((at): readonly Sign[] => [
    { at, status: onNode(now + at, { state: waiting("ErrImagePull", error) }) },
    {
      at: at + random.between(1, 9),
      status: onNode(now + at, { state: waiting("ImagePullBackOff", backOff) }),
    },
  ]);
  const said = { reason: "Failed", message: `Failed to pull image "${IMAGE}": ${error}`, container: "web" };
  return thenEasy(random, now, until, [
    { at: 0.3, status: onNode(now, { state: waiting("ContainerCreating") }) },
    ...states,
    ...told(pulls, now, said),
    ...told(pulls, now, { ...said, message: "Error: ErrImagePull" }),
  ]);
}

/** The kubelet's tries of one pull: 10, 20, 40 s apart and up to its next look at the pod, as recorded. */
export function pullsOf(random: Random): readonly number[] {
  const [a, b, c] = [random.between(11, 14), random.between(22, 28), random.between(45, 52)];
  return [1.2, 1.2 + a, 1.2 + a + b, 1.2 + a + b + c];
}

/** Retries of a controller: twice as long apart each time, from the rate limiter of client-go. */
export const RETRIES = Array.from({ length: 16 }, (_, index) => 0.005 * 2 ** index);

export function refusedAtFirst(random: Random, refusal: Refusal, more: Partial<Story> = {}): Story {
  const story = troubled(random, easy(random), more);
  const hit = more.oldFirst === true ? 0 : Math.floor(random.between(0, story.replicas));
  return { ...story, refusal: (slot) => (slot === hit ? refusal : undefined) };
}

const NO_ROOM =
  "0/3 nodes are available: 1 Insufficient memory, 2 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.";
export const NEW_NODE =
  "0/4 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }, 3 Insufficient cpu. no new claims to deallocate, preemption: 0/4 nodes are available: 1 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod.";

/** A pod without a place until `until`, and then easy. `said`: events about it meanwhile. */
export function placedLate(random: Random, now: number, until: number, said: readonly Sign[]): Life {
  return thenEasy(random, now, until, [
    { at: 0.1, status: unplaced(now, NO_ROOM), placed: false },
    { at: 0.2, event: { reason: "FailedScheduling", message: NO_ROOM } },
    ...said,
    { at: until, status: creating(now + until) },
  ]);
}
