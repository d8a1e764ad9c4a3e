import type { V1Affinity, V1PodSpec } from "@kubernetes/client-node";

type Spec = Partial<V1PodSpec>;

/**
 * The pod without one constraint, named as a fix names it: `nodeSelector disk: ssd`, `podAntiAffinity over zone`,
 * `hostPort 80/TCP`. `undefined` when it has no such constraint.
 */
export function withoutConstraint<T extends V1PodSpec>(spec: T, constraint: string): T | undefined {
  const [, field = "", subject = ""] = /^(\S+)(?: over)?(?: (\S+?):?)?(?: .*)?$/.exec(constraint) ?? [];
  const change = lifted(spec, field, subject);
  return change && { ...spec, ...change };
}

function lifted(spec: V1PodSpec, field: string, subject: string): Spec | undefined {
  switch (field) {
    case "topologySpreadConstraints":
      return {
        topologySpreadConstraints: firstOut(
          spec.topologySpreadConstraints,
          (one) => one.topologyKey === subject && one.whenUnsatisfiable === "DoNotSchedule",
        ),
      };
    case "podAffinity":
    case "podAntiAffinity":
      return withoutPodTerm(spec, field, subject);
    case "nodeSelector": {
      const { [subject]: _, ...nodeSelector } = spec.nodeSelector ?? {};
      return { nodeSelector };
    }
    case "nodeAffinity": {
      const { nodeAffinity: _, ...affinity } = spec.affinity ?? {};
      return { affinity };
    }
    case "hostPort":
      return withoutHostPort(spec, subject);
    default:
      return undefined;
  }
}

function withoutPodTerm(spec: V1PodSpec, kind: "podAffinity" | "podAntiAffinity", topologyKey: string): Spec {
  const terms = firstOut(
    spec.affinity?.[kind]?.requiredDuringSchedulingIgnoredDuringExecution,
    (term) => term.topologyKey === topologyKey,
  );
  const affinity: V1Affinity = {
    ...spec.affinity,
    [kind]: { ...spec.affinity?.[kind], requiredDuringSchedulingIgnoredDuringExecution: terms },
  };
  return { affinity };
}

function withoutHostPort(spec: V1PodSpec, subject: string): Spec {
  const isIt = (port: { hostPort?: number; protocol?: string }) =>
    `${port.hostPort}/${port.protocol ?? "TCP"}` === subject;
  return {
    containers: spec.containers.map(({ ports, ...container }) => ({
      ...container,
      ...(ports && { ports: ports.filter((port) => !isIt(port)) }),
    })),
  };
}

/** All but the first that is meant. */
function firstOut<T>(all: readonly T[] = [], isMeant: (one: T) => boolean): T[] {
  const out = all.findIndex(isMeant);
  return all.filter((_, at) => at !== out);
}
