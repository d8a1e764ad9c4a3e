import type { Instant } from "../model/instant.ts";
import type { Symptom } from "./symptom.ts";

/** Since when a symptom is there. Times are milliseconds of watched time. */
export interface Trouble {
  readonly since: number;
  readonly firstSeen: Instant;
  readonly lastSeen: number;
  readonly stage: number | undefined;
}

/** By key of the symptom. */
export type Troubles = Readonly<Record<string, Trouble>>;

/** A gap of this length does not end a trouble: pulls, crashes and probes flap between two states. */
const BRIDGE_MS = 30_000;

/** The kubelet's longest pause between two tries to set a pod up. */
const RETRY_MS = 14_000;

/** What the scheduler and the controllers may take to use room that was freed. */
const ROOM_MS = 10_000;

/** Carries troubles on, begins new ones, and drops those that are gone for long or were left behind. */
export function noteTroubles(
  troubles: Troubles,
  symptoms: readonly Symptom[],
  moment: { readonly now: number; readonly at: Instant; readonly stages: ReadonlyMap<string, number> },
): Troubles {
  const { now, at, stages } = moment;
  const shown = new Map(symptoms.map((symptom) => [keyOf(symptom), symptom]));
  const gone = Object.entries(troubles).filter(
    ([key, { lastSeen, stage }]) =>
      !shown.has(key) && now - lastSeen <= BRIDGE_MS && !isLeft(stage, stages.get(subjectOf(key))),
  );
  const present = [...shown].map(([key, symptom]) => {
    const known = troubles[key];
    const goesOn =
      known !== undefined && now - known.lastSeen <= BRIDGE_MS && !isLeft(known.stage, symptom.stage);
    return [key, goesOn ? renew(known, symptom, now) : begin(symptom, now, at)] as const;
  });
  return Object.fromEntries([...gone, ...present]);
}

/** The moment of a judgement, in milliseconds of watched time. */
export interface Moment {
  readonly now: number;
  /** When a pod of the workload was last seen terminating: its room is about to be free. */
  readonly roomFreedAt: number | undefined;
}

/** Whether the patience with a symptom is over. */
export function isRipe(
  { seen, patience, triedForMs = 0 }: Symptom,
  trouble: Trouble,
  moment: Moment,
): boolean {
  const lasted = moment.now - trouble.since;
  if (seen < patience.times || lasted < patience.lastingMs) return false;
  const freed = patience.forRoom === true ? roomFreed(trouble, moment) : 0;
  if (lasted < freed) return false;
  switch (patience.retriedBy) {
    case undefined:
      return true;
    case "kubelet":
      return Math.max(triedForMs, lasted - RETRY_MS) >= patience.lastingMs;
    case "controller":
      // It pauses for as long as it has tried so far.
      return triedForMs >= freed || lasted >= 2 * freed;
    default:
      return patience.retriedBy satisfies never;
  }
}

/** How long after the trouble began the room of the last terminating pod can be used, in milliseconds. */
const roomFreed = ({ since }: Trouble, { roomFreedAt }: Moment): number =>
  roomFreedAt === undefined ? 0 : roomFreedAt - since + ROOM_MS;

/** Names the trouble that a symptom belongs to: that of its pod, or of the ReplicaSet. */
export const keyOf = ({ key, pod, container }: Symptom): string =>
  [pod?.uid ?? "", key, container?.name ?? ""].join("/");

const subjectOf = (key: string): string => key.slice(0, key.indexOf("/"));

const isLeft = (stage: number | undefined, current: number | undefined): boolean =>
  stage !== undefined && current !== undefined && current > stage;

const begin = ({ stage }: Symptom, now: number, at: Instant): Trouble => ({
  since: now,
  firstSeen: at,
  lastSeen: now,
  stage,
});

const renew = (known: Trouble, { stage }: Symptom, now: number): Trouble => ({
  ...known,
  lastSeen: now,
  stage,
});
