import { grown, takersOf } from "./autoscaling/grown.ts";
import { NO_SCALING, roomByScaling, type Scaling } from "./autoscaling/room-by-scaling.ts";
import { deficitOf, type Ending } from "./decide.ts";
import { BRIEF, countedRoom, endingOf } from "./ending.ts";
import type { Model } from "./model.ts";
import type { Snapshot } from "./verdict.ts";

/** What an autoscaler does about a rollout that does not complete by itself; a quota is no matter of nodes. */
export function scalingOf(model: Model, ending: Ending, autoscaling: Snapshot["autoscaling"]): Scaling {
  if (ending.kind === "completes" || ending.by !== "room") return NO_SCALING;
  const { start, pod, nodes } = model;
  return roomByScaling(
    {
      pod,
      nodes,
      deficit: Math.max(1, deficitOf(model, countedRoom(model))),
      replicas: start.replicas,
      waiting: Math.min(start.replicas - ending.least, start.surge + start.unavailable),
      endsWith: (likes) => endingOf(grown(model, likes), BRIEF).kind,
      takenBy: (likes) => takersOf(model, likes),
    },
    autoscaling,
  );
}
