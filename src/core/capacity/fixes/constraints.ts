import type { PodSpec } from "../../model/pod-spec.ts";
import type { Model } from "../model.ts";
import type { Fix } from "../verdict.ts";

/** A constraint of the template, in the API's words, and the pod without it. */
interface Lifted {
  readonly what: string;
  readonly pod: Model["pod"];
}

/** The constraints of the pod of which one alone, taken away, makes the rollout complete. */
export function liftedConstraints(model: Model, completes: (model: Model) => boolean): readonly Fix[] {
  return constraintsOf(model)
    .filter(({ pod }) => completes({ ...model, pod }))
    .map(({ what }) => ({ kind: "constraint", text: `without ${what} it would do`, value: what }));
}

function constraintsOf({ pod }: Model): readonly Lifted[] {
  const { spec, hostPorts } = pod;
  const without = (what: string, change: Partial<PodSpec>): Lifted => ({
    what,
    pod: { ...pod, spec: { ...spec, ...change } },
  });
  const others = <T>(all: readonly T[], one: T): readonly T[] => all.filter((each) => each !== one);
  return [
    ...spec.topologySpread.map((one) =>
      without(`topologySpreadConstraints over ${one.topologyKey}`, {
        topologySpread: others(spec.topologySpread, one),
      }),
    ),
    ...spec.podAntiAffinity.map((one) =>
      without(`podAntiAffinity over ${one.topologyKey}`, {
        podAntiAffinity: others(spec.podAntiAffinity, one),
      }),
    ),
    ...spec.podAffinity.map((one) =>
      without(`podAffinity over ${one.topologyKey}`, { podAffinity: others(spec.podAffinity, one) }),
    ),
    ...Object.entries(spec.nodeSelector).map(([key, value]) =>
      without(`nodeSelector ${key}: ${value}`, {
        nodeSelector: Object.fromEntries(Object.entries(spec.nodeSelector).filter(([name]) => name !== key)),
      }),
    ),
    ...(spec.nodeAffinity === undefined ? [] : [without("nodeAffinity", { nodeAffinity: undefined })]),
    ...hostPorts.map((one) => ({
      what: `hostPort ${one.port}/${one.protocol}`,
      pod: { ...pod, hostPorts: hostPorts.filter((each) => each !== one) },
    })),
  ];
}
