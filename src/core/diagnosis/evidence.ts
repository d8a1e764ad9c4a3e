import type { LogRequest } from "../rollout/rollout.ts";
import { isLostLog, type LogExcerpt } from "./finding.ts";
import { type Place, placesOf, type Scene } from "./scene.ts";

/** Logs that were asked for, and what came. */
export interface Evidence {
  /** Keys of requests that no answer came for yet. */
  readonly open: readonly string[];
  /** Keys of requests that were answered. */
  readonly answered: readonly string[];
  /** The best answer by `pod/container`. */
  readonly logs: Readonly<Record<string, LogExcerpt>>;
}

/** Nothing was asked yet. */
export const noEvidence: Evidence = { open: [], answered: [], logs: {} };

/** Of how many pods the log of one container is read: the others say the same. */
const PODS = 3;

/** Takes answers in. What says why there is no log is kept as long as no log comes. */
export function takeAnswers(evidence: Evidence, answers: readonly LogExcerpt[]): Evidence {
  return answers.reduce<Evidence>((known, answer) => {
    const key = keyOf(answer);
    if (known.answered.includes(key)) return known;
    const place = `${answer.pod}/${answer.container}`;
    return {
      open: known.open.filter((each) => each !== key),
      answered: [...known.answered, key],
      logs: isBetter(answer, known.logs[place]) ? { ...known.logs, [place]: answer } : known.logs,
    };
  }, evidence);
}

/**
 * Asks for the log of instances that ended, of containers that have no log yet: `previous` once another one runs,
 * else the present one, and the other of the two where the first answer was no log. Once another one runs, the
 * previous one is asked for again where the present one answered.
 */
export function askFor(
  evidence: Evidence,
  scene: Scene,
): { evidence: Evidence; asks: readonly LogRequest[] } {
  if (!scene.goal.readLogs) return { evidence, asks: [] };
  const byContainer = Map.groupBy(
    placesOf(scene).filter(({ container }) => container.memory.exits > 0),
    ({ container }) => container.name,
  );
  const asks = [...byContainer.values()].flatMap((places) =>
    places.slice(0, PODS).flatMap((place) => requestOf(place, evidence)),
  );
  return { evidence: { ...evidence, open: [...evidence.open, ...asks.map(keyOf)] }, asks };
}

/** Whether a log is still awaited where none came so far. */
export const isAwaiting = ({ open, logs }: Evidence): boolean =>
  open.some((key) => {
    const known = logs[key.slice(0, key.lastIndexOf("/"))];
    return known === undefined || !isLog(known);
  });

/** The logs by `pod/container`. */
export const logsOf = ({ logs }: Evidence): ReadonlyMap<string, LogExcerpt> => new Map(Object.entries(logs));

function requestOf({ seen, container }: Place, evidence: Evidence): readonly LogRequest[] {
  const known = evidence.logs[`${seen.pod.name}/${container.name}`];
  const isBack = container.status !== undefined && container.status.state.kind !== "terminated";
  const first = { pod: seen.pod.name, container: container.name, previous: isBack };
  const variants = known !== undefined && isLog(known) ? surer(known, first) : eitherFirst(first);
  if (variants.some((each) => evidence.open.includes(keyOf(each)))) return [];
  return variants.filter((each) => !evidence.answered.includes(keyOf(each))).slice(0, 1);
}

const eitherFirst = (first: LogRequest): readonly LogRequest[] => [
  first,
  { ...first, previous: !first.previous },
];

/** The log of a present instance may be that of the next one, which was faster than our question. */
const surer = (known: LogExcerpt, first: LogRequest): readonly LogRequest[] =>
  first.previous && !known.previous ? [first] : [];

const keyOf = ({ pod, container, previous }: LogRequest): string =>
  `${pod}/${container}/${previous ? "previous" : "current"}`;

/** A log is better than none, a sure one than another, and the first word on why there is none than a later one. */
function isBetter(answer: LogExcerpt, known: LogExcerpt | undefined): boolean {
  if (!isLog(answer)) return known === undefined && answer.note !== undefined;
  return answer.previous || known === undefined || !isLog(known);
}

const isLog = ({ lines }: LogExcerpt): boolean =>
  lines.some((line) => line.trim() !== "" && !isLostLog(line));
