import type { Instant } from "../model/instant.ts";
import type { Finding, LogExcerpt } from "./finding.ts";
import type { Scene } from "./scene.ts";
import type { Symptom } from "./symptom.ts";
import { isRipe, keyOf, type Moment, type Troubles } from "./trouble.ts";

/** At least one finding, the first cause first. */
export type Findings = readonly [Finding, ...Finding[]];

/** Symptoms sorted by what they are good for, each list in the order of the table; echoes are in neither. */
export interface Judged {
  /** Reason to fail now. */
  readonly reasons: readonly Symptom[];
  /** What else is wrong. */
  readonly others: readonly Symptom[];
}

/**
 * Judges symptoms, given in the order of the table. What merely counts ends of a container is the echo of what
 * explains them, which stands in for it even where its own patience is not over.
 */
export function judge(symptoms: readonly Symptom[], troubles: Troubles, moment: Moment): Judged {
  const ripe = new Set(symptoms.filter((symptom) => isOverdue(symptom, troubles, moment)));
  const standIns = new Set<Symptom>();
  const echoes = new Set<Symptom>();
  for (const ofPlace of Map.groupBy(symptoms.filter(isCounted), placeOf).values()) {
    const echo = ofPlace.at(-1);
    const cause = ofPlace.find((symptom) => echo !== undefined && explains(symptom, echo));
    if (cause === undefined || echo === undefined) continue;
    echoes.add(echo);
    if (ripe.has(echo)) standIns.add(cause);
  }
  const own = symptoms.filter((symptom) => !echoes.has(symptom));
  const isReason = (symptom: Symptom): boolean => ripe.has(symptom) || standIns.has(symptom);
  return { reasons: own.filter(isReason), others: own.filter((symptom) => !isReason(symptom)) };
}

function isOverdue(symptom: Symptom, troubles: Troubles, moment: Moment): boolean {
  const trouble = troubles[keyOf(symptom)];
  return trouble !== undefined && isRipe(symptom, trouble, moment);
}

const isCounted = ({ stage, container }: Symptom): boolean => stage === undefined && container !== undefined;

const placeOf = ({ pod, container }: Symptom): string => `${pod?.uid ?? ""}/${container?.name ?? ""}`;

/** This one is behind at least half of the ends that the other counts. */
const explains = (symptom: Symptom, echo: Symptom): boolean =>
  symptom !== echo && symptom.seen * 2 >= echo.seen;

/** Turns symptoms into findings, in their order: the same trouble of many pods is one, told of the first of them. */
export function toFindings(
  symptoms: readonly Symptom[],
  troubles: Troubles,
  scene: Scene,
): readonly Finding[] {
  const groups = Map.groupBy(symptoms, ({ reason, container }) => `${reason}/${container?.name ?? ""}`);
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [toFinding(first, others, troubles, scene)],
  );
}

function toFinding(first: Symptom, others: readonly Symptom[], troubles: Troubles, scene: Scene): Finding {
  const group = [first, ...others];
  const names = group.flatMap(({ pod }) => (pod === undefined ? [] : [pod.name]));
  const seen = group.flatMap((symptom) => troubles[keyOf(symptom)]?.firstSeen ?? []);
  return {
    reason: first.reason,
    summary: first.summary,
    message: first.message,
    pod: first.pod?.name,
    container: first.container?.name,
    role: first.container?.role,
    node: first.pod?.nodeName,
    pods: [...new Set(names)].sort(),
    next: first.next,
    firstSeen: earliest(seen) ?? scene.goal.since,
    log: bestOf(group.flatMap((symptom) => logOf(symptom, scene) ?? [])),
  };
}

function logOf({ pod, container }: Symptom, { pods }: Scene): Finding["log"] {
  const seen = pods.find((each) => each.pod.uid === pod?.uid);
  return seen?.containers.find(({ name }) => name === container?.name)?.log;
}

/** One with lines, before one that only says why there are none. */
const bestOf = (logs: readonly LogExcerpt[]): LogExcerpt | undefined =>
  logs.find(({ lines }) => lines.length > 0) ?? logs[0];

const earliest = (instants: readonly Instant[]): Instant | undefined => instants.toSorted((a, b) => a - b)[0];
