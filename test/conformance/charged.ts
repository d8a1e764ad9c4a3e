import { chargeOf } from "../../src/core/capacity/admission/charge.ts";
import { chargedPods } from "../../src/core/capacity/admission/charged-pods.ts";
import { isCharged, isOfPods } from "../../src/core/capacity/admission/quota-scope.ts";
import type { Sight } from "./predict.ts";

/**
 * What quotas of the namespace count as used beside the pods of the workload and those that go, by `quota/resource`:
 * what a rollout does not change, if the product charges pods as the quota controller does.
 */
export function chargedToOthers({ snapshot, target, next }: Sight): ReadonlyMap<string, bigint> {
  const { old, fresh, leaving } = chargedPods(snapshot, target, next);
  const pods = [...old.flat(), ...fresh, ...leaving];
  const others = new Map<string, bigint>();
  for (const quota of snapshot.quotas) {
    const charged = pods.filter(({ spec }) => isCharged(quota, spec)).map(({ spec }) => chargeOf(spec));
    for (const [name, used] of quota.used) {
      if (!isOfPods(name)) continue;
      const ours = charged.reduce((sum, charge) => sum + (charge.get(name)?.amount ?? 0n), 0n);
      others.set(`${quota.name}/${name}`, used.amount - ours);
    }
  }
  return others;
}
