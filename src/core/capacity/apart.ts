import type { Coexistence } from "./coexistence.ts";
import { termOf } from "./filters/pod-term.ts";
import { domainOf } from "./filters/topology.ts";
import type { Model } from "./model.ts";
import { openTo } from "./open-to.ts";
import type { Scheduling } from "./scheduling.ts";

/** The room where new pods keep apart from each other: as many as there are domains that each wants for itself. */
export function apart(model: Model, room: Coexistence, scheduling: Scheduling): Coexistence {
  const most = mostApart(model, scheduling);
  if (most === Number.POSITIVE_INFINITY) return room;
  const there = model.nodes.reduce((sum, { fresh }) => sum + fresh.length, 0);
  const capped = (count: number): number => Math.min(count, Math.max(there, most));
  return { ...room, least: (left) => capped(room.least(left)), most: (left) => capped(room.most(left)) };
}

function mostApart(model: Model, scheduling: Scheduling): number {
  const { pod, namespaceLabels, nodes } = model;
  const terms = scheduling.placed.repels.map((term) => termOf(term, pod.namespace, namespaceLabels));
  const own = terms.filter(({ selects }) => selects(pod));
  if (own.length === 0) return Number.POSITIVE_INFINITY;
  const open = openTo(scheduling);
  return Math.min(
    ...own.map(({ topologyKey }) => {
      const domains = new Set(
        nodes.flatMap(({ node }, index) => (open[index] ? [domainOf(node, topologyKey)] : [])),
      );
      return domains.has(undefined) ? Number.POSITIVE_INFINITY : domains.size;
    }),
  );
}
