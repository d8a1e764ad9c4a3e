import type { V1Container, V1DeploymentStrategy } from "@kubernetes/client-node";
import type { Fix } from "../../src/core/capacity/verdict.ts";
import type { Quantity } from "../../src/core/model/resources.ts";
import { formatQuantity, parseQuantity, parseWritten } from "../../src/core/quantity.ts";
import { withoutConstraint } from "./lift.ts";
import type { NodePlan, Scenario, TemplatePlan } from "./scenario.ts";

/** What happens besides, or instead, when the change is made. */
export interface Amendment {
  /** Come before the change. */
  readonly nodes?: readonly NodePlan[];
  readonly change?: TemplatePlan;
  readonly replicas?: number;
  readonly strategy?: V1DeploymentStrategy;
}

/** What whoever reads a fix would do about it; `undefined` when that is not known here. */
export function amendmentOf(fix: Fix, scenario: Scenario): Amendment | undefined {
  switch (fix.kind) {
    case "nodes":
      return { nodes: moreNodes(fix, scenario) };
    case "request":
      return smallerRequest(fix, scenario.change);
    case "strategy":
      return strategyOf(fix, scenario);
    case "replicas":
      return { replicas: Number(fix.value) };
    case "constraint": {
      const spec = withoutConstraint(scenario.change.spec, fix.value);
      return spec && { change: { ...scenario.change, spec } };
    }
    // Who holds such a pod is not played.
    case "pods":
      return undefined;
    default:
      return fix.kind satisfies never;
  }
}

/** Like the node that the text names; without a name all are alike, and any that takes pods will do. */
function moreNodes({ text, value }: Fix, { id, nodes }: Scenario): NodePlan[] {
  const [, named = ""] = /(?:of the size of|like) (\S+)/.exec(text) ?? [];
  const like =
    nodes.find(({ name }) => name.replace("$", `${id}-`) === named) ??
    nodes.find(({ unschedulable, taints }) => !unschedulable && taints.length === 0) ??
    nodes[0];
  if (like === undefined) return [];
  return Array.from({ length: Number(value) }, (_, at) => ({
    ...like,
    name: `$more${at}`,
    unschedulable: false,
  }));
}

/** `requesting at most 100m of cpu per pod (now 1)`: of all that a pod asks for, what its class costs included. */
function smallerRequest({ text, value }: Fix, template: TemplatePlan): Amendment | undefined {
  const [, name, now] = / of (\S+) per pod \(now (\S+)\)/.exec(text) ?? [];
  if (name === undefined || now === undefined) return undefined;
  const { spec } = template;
  const inits = spec.initContainers ?? [];
  const podLevel = spec.resources?.requests?.[name];
  const asked = podLevel === undefined ? peakOf(spec, name) : parseQuantity(podLevel);
  const most: bigint = parseQuantity(value) - (parseQuantity(now) - asked);
  const sum = (all: readonly V1Container[]) =>
    all.reduce((total, container) => total + requestOf(container, name), 0n);
  let excess = sum([...spec.containers, ...inits.filter(isSidecar)]) - most;
  const less = (container: V1Container): V1Container => {
    const request = requestOf(container, name);
    if (excess <= 0n || request === 0n) return container;
    const rest = request > excess ? request - excess : 0n;
    excess -= request - rest;
    return requesting(container, name, rest as Quantity);
  };
  const set = (container: V1Container, at: number): V1Container =>
    asked === 0n && at === 0 ? requesting(container, name, parseQuantity(value)) : less(container);
  const containers = spec.containers.map(set);
  const sidecars = inits.map((container) => (isSidecar(container) ? less(container) : container));
  const beside = sum(sidecars.filter(isSidecar));
  const initContainers = sidecars.map((container) =>
    isSidecar(container) || requestOf(container, name) + beside <= most
      ? container
      : requesting(container, name, (most - beside) as Quantity),
  );
  const { format } = parseWritten(value);
  const requests = {
    ...spec.resources?.requests,
    [name]: formatQuantity({ amount: most as Quantity, format }),
  };
  return {
    change: {
      ...template,
      spec: {
        ...spec,
        containers,
        ...(inits.length > 0 && { initContainers }),
        ...(podLevel !== undefined && { resources: { ...spec.resources, requests } }),
      },
    },
  };
}

const isSidecar = ({ restartPolicy }: V1Container): boolean => restartPolicy === "Always";

/** The most that the containers ask for at one time. */
function peakOf({ containers, initContainers = [] }: TemplatePlan["spec"], name: string): bigint {
  let [beside, peak] = [0n, 0n];
  for (const container of initContainers) {
    const request = requestOf(container, name);
    if (isSidecar(container)) beside += request;
    const now = isSidecar(container) ? beside : beside + request;
    if (now > peak) peak = now;
  }
  const running = containers.reduce((total, container) => total + requestOf(container, name), beside);
  return running > peak ? running : peak;
}

const requestOf = ({ resources }: V1Container, name: string): Quantity =>
  parseQuantity(resources?.requests?.[name] ?? resources?.limits?.[name] ?? "0");

function requesting(container: V1Container, name: string, amount: Quantity): V1Container {
  const { resources } = container;
  const { format } = parseWritten(resources?.requests?.[name] ?? "1");
  const requests = { ...resources?.requests, [name]: formatQuantity({ amount, format }) };
  // Of what cannot be overcommitted, the limit is the request.
  const isExtended = name.includes("/") && resources?.limits?.[name] !== undefined;
  const limits = { ...resources?.limits, ...(isExtended && { [name]: requests[name] as string }) };
  return { ...container, resources: { ...resources, requests, limits } };
}

/** `maxUnavailable: 2 would do`, `maxSurge: 1, maxUnavailable: 0 would do`. */
function strategyOf({ text }: Fix, { strategy }: Scenario): Amendment {
  const given = [...text.matchAll(/(max(?:Surge|Unavailable)): (\d+%?)/g)].map(
    ([, field, value = ""]) => [field, value.endsWith("%") ? value : Number(value)] as const,
  );
  const now = strategy.type === "RollingUpdate" ? strategy.rollingUpdate : {};
  return {
    strategy: { type: "RollingUpdate", rollingUpdate: { ...now, ...Object.fromEntries(given) } },
  };
}
