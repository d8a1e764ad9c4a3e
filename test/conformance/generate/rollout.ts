import type { Random } from "../random.ts";
import type { StrategyPlan } from "../scenario.ts";

/** G4: zero to twelve replicas, surge and unavailable as numbers and percentages, or none beside the old ones. */
export function rolloutOf(random: Random): { readonly replicas: number; readonly strategy: StrategyPlan } {
  const replicas = random.weighted([
    [8, () => random.int(1, 4)],
    [4, () => random.int(5, 8)],
    [1, () => random.int(9, 12)],
    [0.15, () => 0],
  ])();
  if (random.chance(0.1)) return { replicas, strategy: { type: "Recreate" } };
  const maxSurge = random.pick([0, 1, 1, 2, 3, "25%", "1%", "34%", "100%"]);
  const maxUnavailable = random.pick([0, 0, 1, 2, "25%", "1%", "34%", "100%"]);
  const both = [maxSurge, maxUnavailable].every((amount) => amount === 0);
  return {
    replicas,
    strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: both ? 1 : maxSurge, maxUnavailable } },
  };
}
