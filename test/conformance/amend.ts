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

/** `requesting at most 100m of cpu per pod (now 1)`. */
function smallerRequest({ text, value }: Fix, template: TemplatePlan): Amendment | undefined {
  const [, name, now] = / of (\S+) per pod \(now (\S+)\)/.exec(text) ?? [];
  if (name === undefined || now === undefined) return undefined;
  const most = parseQuantity(value);
  let excess: bigint = parseQuantity(now) - most;
  const { spec } = template;
  const capped = spec.initContainers?.map((container) => {
    const request = requestOf(container, name);
    return request > most ? requesting(container, name, most) : container;
  });
  const containers = spec.containers.map((container) => {
    const request = requestOf(container, name);
    if (excess <= 0n) return container;
    const rest = request > excess ? request - excess : 0n;
    excess -= request - rest;
    return requesting(container, name, rest as Quantity);
  });
  const podLevel = spec.resources?.requests?.[name];
  return {
    change: {
      ...template,
      spec: {
        ...spec,
        containers,
        ...(capped && { initContainers: capped }),
        ...(podLevel !== undefined && {
          resources: { ...spec.resources, requests: { ...spec.resources?.requests, [name]: value } },
        }),
      },
    },
  };
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
