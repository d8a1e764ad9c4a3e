import type { PlacedPod } from "../model/room.ts";
import type { Model } from "./model.ts";
import { toOccupancy } from "./occupancy.ts";

/** The rollout as if pods did not mind each other's company. */
export function unconstrained(model: Model): Model {
  const spec = { ...model.pod.spec, topologySpread: [], podAffinity: [], podAntiAffinity: [] };
  const meek = (pod: PlacedPod): PlacedPod => (pod.repels.length === 0 ? pod : { ...pod, repels: [] });
  const nodes = model.nodes.map((occupancy) => {
    const { node, staying, fresh, old, leaving } = occupancy;
    if (old.every(({ repels }) => repels.length === 0)) return occupancy;
    return toOccupancy(node, { staying, fresh, leaving, old: old.map(meek) });
  });
  return { ...model, nodes, pod: { ...model.pod, spec } };
}
