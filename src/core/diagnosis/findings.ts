import type { Instant } from "../model.ts";
import type { Finding } from "./finding.ts";
import type { Scene } from "./scene.ts";
import type { Symptom } from "./symptom.ts";
import { isRipe, keyOf, type Moment, type Troubles } from "./trouble.ts";

/** At least one finding, the first cause first. */
export type Findings = readonly [Finding, ...Finding[]];

/**
 * The symptoms that are reason to fail now, in the order of the table. What merely counts exits gives way to what
 * explains them, in the same container, even where that one's own patience is not over.
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
  return symptoms.filter((symptom) => ripe.includes(symptom) || ripe.some((echo) => explains(symptom, echo)));
}

/** Both count ends of the same container, and this one is behind at least half of them. */
function explains(symptom: Symptom, echo: Symptom): boolean {
  const isCounted = symptom.stage === undefined && echo.stage === undefined;
  const isSame = symptom.pod === echo.pod && symptom.container?.name === echo.container?.name;
  return isCounted && isSame && symptom.container !== undefined && symptom.seen * 2 >= echo.seen;
}

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
