import type { PlacedPod } from "../model/room.ts";
import type { Model } from "./model.ts";

/** The rollout as if pods did not mind each other's company. */
export function unconstrained(model: Model): Model {
  const spec = { ...model.pod.spec, topologySpread: [], podAffinity: [], podAntiAffinity: [] };
  const meek = (pod: PlacedPod): PlacedPod => (pod.repels.length === 0 ? pod : { ...pod, repels: [] });
  const nodes = model.nodes.map((occupancy) =>
    occupancy.old.every(({ repels }) => repels.length === 0)
      ? occupancy
      : { ...occupancy, old: occupancy.old.map(meek) },
  );
  return { ...model, nodes, pod: { ...model.pod, spec } };
}
