import type { Minor } from "../cluster/binary.ts";
import { type Run, tryOut } from "./judge.ts";
import type { Scenario } from "./scenario.ts";

/** Variants that are tried at once. */
const AT_ONCE = 40;
/** Rounds after which it is small enough. */
const ROUNDS = 6;

/** Makes a scenario smaller for as long as it still disagrees about the same. */
export async function shrink(minor: Minor, run: Run, out: (line: string) => void): Promise<Run> {
  let smallest = run;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const variants = variantsOf(smallest.scenario)
      .slice(0, AT_ONCE)
      .map((scenario, index) => ({ ...scenario, id: `${run.scenario.id}r${round}v${index}` }));
    if (variants.length === 0) return smallest;
    out(
      `shrinking ${run.scenario.id}: ${sizeOf(smallest.scenario)} parts, round ${round}, ${variants.length} variants`,
    );
    const { runs } = await tryOut({ minor }, variants, () => {});
    const alike = runs.filter((variant) => sameAs(run, variant));
    const [best] = alike.toSorted((left, right) => sizeOf(left.scenario) - sizeOf(right.scenario));
    if (best === undefined) return smallest;
    smallest = best;
  }
  return smallest;
}

function sameAs(run: Run, variant: Run): boolean {
  const about = ({ comparison }: Run) => new Set(comparison.disagreements.map((each) => each.about));
  const wanted = about(run);
  return (
    variant.comparison.verdict === run.comparison.verdict &&
    [...about(variant)].some((each) => wanted.has(each))
  );
}

const sizeOf = (scenario: Scenario): number => JSON.stringify({ ...scenario, id: "", features: [] }).length;

/** Scenarios with less in them, the boldest first. */
function variantsOf(scenario: Scenario): Scenario[] {
  const { nodes, pods, before, after, revisions } = scenario;
  const kept = <T>(values: readonly T[], keep: (value: T, index: number) => boolean) => values.filter(keep);
  const halves = [0, 1].flatMap((half) => [
    ...(pods.length > 1 ? [{ ...scenario, pods: kept(pods, (_, at) => at % 2 === half) }] : []),
    ...(nodes.length > 1 ? [withNodes(scenario, (at) => at % 2 === half)] : []),
  ]);
  return [
    ...(pods.length > 0 ? [{ ...scenario, pods: [] }] : []),
    ...halves,
    ...(revisions.length > 1 ? [{ ...scenario, revisions: revisions.slice(0, -1) }] : []),
    ...(scenario.replicas > 1 ? [{ ...scenario, replicas: scenario.replicas - 1 }] : []),
    ...before.map((_, out) => ({ ...scenario, before: kept(before, (__, at) => at !== out) })),
    ...after.map((_, out) => ({ ...scenario, after: kept(after, (__, at) => at !== out) })),
    ...nodes.map((_, out) => withNodes(scenario, (at) => at !== out)),
    ...pods.map((_, out) => ({ ...scenario, pods: kept(pods, (__, at) => at !== out) })),
    ...fieldsOf(scenario),
  ];
}

function withNodes(scenario: Scenario, keep: (index: number) => boolean): Scenario {
  const nodes = scenario.nodes.filter((_, at) => keep(at));
  const names = new Set(nodes.map(({ name }) => name));
  const pods = scenario.pods.filter(
    ({ spec: { nodeName } }) => nodeName === undefined || names.has(nodeName),
  );
  return { ...scenario, nodes, pods };
}

/** Without one field of the pods that the change makes. */
function fieldsOf(scenario: Scenario): Scenario[] {
  const { spec } = scenario.change;
  return Object.keys(spec)
    .filter((field) => field !== "containers" && field !== "nodeSelector")
    .map((field) => {
      const { [field as keyof typeof spec]: _, ...rest } = spec;
      return { ...scenario, change: { ...scenario.change, spec: rest as typeof spec } };
    });
}
