import type { CapacityVerdict } from "../../src/core/capacity/verdict.ts";
import type { Run } from "./judge.ts";

/** What many runs came to. */
export interface Tally {
  readonly runs: number;
  /** For people. */
  readonly lines: readonly string[];
  /** No verdict was wrong. */
  readonly agrees: boolean;
  /** How often each verdict was given. */
  readonly verdicts: Readonly<Partial<Record<CapacityVerdict["verdict"], number>>>;
  readonly wrongVerdicts: number;
  /** Of those that stalled for certain, what was told before. */
  readonly messages: { readonly equal: number; readonly compared: number };
  /** Of all in which a new pod waits, what the filters say in the end. */
  readonly ends: { readonly equal: number; readonly compared: number };
  readonly skipped: number;
}

/** Counts runs. `more`: lines about single ones. */
export function tallyOf(
  runs: readonly Run[],
  skipped: ReadonlyMap<string, string>,
  more: readonly string[],
): Tally {
  const matches = (field: "message" | "onlyMessage" | "end" | "quota") => {
    const found = runs.map(({ comparison }) => comparison[field]).filter((match) => match !== "none");
    return { equal: found.filter((match) => match === "equal").length, compared: found.length, found };
  };
  const told = matches("message");
  const among = told.found.filter((match) => match === "among").length;
  const [only, end, quota] = [matches("onlyMessage"), matches("end"), matches("quota")];
  const wrong = runs.filter(isWrong).length;
  return {
    runs: runs.length,
    agrees: wrong === 0,
    verdicts: countsOf(runs, ({ comparison }) => [comparison.verdict]),
    wrongVerdicts: wrong,
    messages: told,
    ends: end,
    skipped: skipped.size,
    lines: [
      ...more,
      ...[...skipped].map(([id, why]) => `${id} was not played: ${why}`),
      ...table("what happened", runs, ({ comparison, observed }) => [
        `${comparison.verdict}, ${observed.outcome}`,
      ]),
      ...table("unknown because of", runs, ({ prediction: { verdict } = {} }) =>
        verdict?.verdict === "UNKNOWN" ? verdict.unknown.map(({ what }) => what.replace(/ of .*/, "")) : [],
      ),
      ...table("with", runs, ({ scenario }) => scenario.features),
      ...table("did not come to rest", runs, ({ observed }) => (observed.restless ? ["restless"] : [])),
      `message in the end state: equal in ${share(end.equal, end.compared)}`,
      `message told before: equal in ${share(told.equal, told.compared)}, that of another way to end in ${among}`,
      `message told before as the only one: equal in ${share(only.equal, only.compared)}`,
      `quotas charge as reckoned: ${share(quota.equal, quota.compared)}`,
      `verdict right in ${share(runs.length - wrong, runs.length)}`,
    ],
  };
}

const isWrong = ({ comparison: { disagreements } }: Run): boolean =>
  disagreements.some(({ about }) => about === "verdict" || about === "failure");

function countsOf<K extends string>(
  runs: readonly Run[],
  keysOf: (run: Run) => readonly K[],
): Partial<Record<K, number>> {
  const counts: Partial<Record<K, number>> = {};
  for (const key of runs.flatMap(keysOf)) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}

/** A line for each key: how many runs have it, how many of them were wrong, in verdict or message. */
function table(title: string, runs: readonly Run[], keysOf: (run: Run) => readonly string[]): string[] {
  const all = countsOf(runs, keysOf);
  const wrong = countsOf(runs.filter(isWrong), keysOf);
  const other = countsOf(
    runs.filter(({ comparison }) => comparison.message === "differs"),
    keysOf,
  );
  return Object.entries(all)
    .toSorted(([, left], [, right]) => (right ?? 0) - (left ?? 0))
    .map(
      ([key, count]) =>
        `${title}: ${key}: ${share(count ?? 0, runs.length)}${wrong[key] ? `, ${wrong[key]} wrong` : ""}${other[key] ? `, ${other[key]} other message` : ""}`,
    );
}

const share = (part: number, whole: number): string =>
  `${part} of ${whole} (${whole === 0 ? "-" : ((100 * part) / whole).toFixed(1)} %)`;
