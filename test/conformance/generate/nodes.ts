import type { Random } from "../random.ts";
import type { NodePlan } from "../scenario.ts";

/** Labels by which templates select, affinities and spread constraints divide. */
export const ZONE = "topology.kubernetes.io/zone";
export const HOSTNAME = "kubernetes.io/hostname";
export const EXTENDED = "example.com/widget";

/** Few nodes are the rule: most that can go wrong does on few. */
function countOf(random: Random): number {
  return random.weighted([
    [6, () => random.int(1, 3)],
    [5, () => random.int(4, 7)],
    [2, () => random.int(8, 12)],
    [0.3, () => random.int(20, 40)],
  ])();
}

/** G1: one to forty nodes in up to four zones, of three sizes, some with taints, cordons, missing labels, few pods. */
export function nodesOf(random: Random): NodePlan[] {
  const zones = ["a", "b", "c", "d"].slice(0, random.int(1, 4));
  const sizes = [random.pick(["1", "2", "1500m"]), random.pick(["2", "3"]), random.pick(["4", "2500m"])];
  const [taintedShare, cordonedShare] = [random.pick([0, 0, 0.2]), random.pick([0, 0, 0.15])];
  const extended = random.chance(0.12);
  const fewPods = random.chance(0.15);
  return Array.from({ length: countOf(random) }, (_, index): NodePlan => {
    const zone = random.chance(0.95) ? zones[index % zones.length] : undefined;
    return {
      name: `$n${index}`,
      labels: {
        scn: "$scn",
        ...(zone !== undefined && { [ZONE]: zone, "topology.kubernetes.io/region": "r1" }),
        disk: random.pick(["ssd", "hdd"]),
        ...(random.chance(0.7) && { gen: String(random.int(1, 4)) }),
      },
      allocatable: {
        cpu: random.pick(sizes),
        memory: random.pick(["4Gi", "8Gi", "2000M"]),
        pods: fewPods ? String(random.int(1, 6)) : random.pick(["110", "15"]),
        "ephemeral-storage": "20Gi",
        ...(extended && random.chance(0.7) && { [EXTENDED]: String(random.int(0, 3)) }),
      },
      taints: random.chance(taintedShare) ? [taintOf(random)] : [],
      unschedulable: random.chance(cordonedShare),
    };
  });
}

const taintOf = (random: Random) => ({
  key: random.pick(["dedicated", "spot"]),
  value: random.pick(["db", "batch", ""]),
  effect: random.weighted([
    [6, "NoSchedule"],
    [2, "PreferNoSchedule"],
    [1, "NoExecute"],
  ]),
});
