import type { Instant } from "../model.ts";
import type { Finding } from "./finding.ts";
import type { Scene } from "./scene.ts";
import type { Symptom } from "./symptom.ts";
import { isRipe, keyOf, type Moment, type Troubles } from "./trouble.ts";

/** At least one finding, the first cause first. */
export type Findings = readonly [Finding, ...Finding[]];

/**
 * The symptoms that are reason to fail now. One that is better explained by another of the same container (the
 * table's order) gives way to it, whether or not that one's own patience is over. Symptoms are in table order.
 */
export function reasonsToFail(
  symptoms: readonly Symptom[],
  troubles: Troubles,
  moment: Moment,
): readonly Symptom[] {
  const ripe = symptoms.filter((symptom) => {
    const trouble = troubles[keyOf(symptom)];
    return trouble !== undefined && isRipe(symptom, trouble, moment);
  });
  const places = new Set(ripe.map(placeOf));
  return symptoms.filter((symptom) => ripe.includes(symptom) || isBefore(symptom, ripe, places, symptoms));
}

function isBefore(
  symptom: Symptom,
  ripe: readonly Symptom[],
  places: ReadonlySet<string>,
  symptoms: readonly Symptom[],
): boolean {
  if (!places.has(placeOf(symptom))) return false;
  const last = ripe.findLast((each) => placeOf(each) === placeOf(symptom));
  return last !== undefined && symptoms.indexOf(symptom) < symptoms.indexOf(last);
}

const placeOf = ({ pod, container }: Symptom): string => `${pod?.uid ?? ""}/${container?.name ?? ""}`;

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
    log: group.map((symptom) => logOf(symptom, scene)).find((log) => log !== undefined),
  };
}

function logOf({ pod, container }: Symptom, { pods }: Scene): Finding["log"] {
  const seen = pods.find((each) => each.pod.uid === pod?.uid);
  return seen?.containers.find(({ name }) => name === container?.name)?.log;
}

const earliest = (instants: readonly Instant[]): Instant | undefined => instants.toSorted((a, b) => a - b)[0];
