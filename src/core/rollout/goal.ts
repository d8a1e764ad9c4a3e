import type { NodeRoom } from "../capacity/verdict.ts";
import type { Inputs } from "../inputs.ts";
import type { Instant } from "../model/instant.ts";
import type { Workload } from "../model/workload.ts";
import type { ImageChange } from "../plan.ts";
import { progressOf } from "./deadline.ts";
import type { Goal } from "./rollout.ts";

type Order = Pick<Inputs, "timeoutMs" | "stableForMs" | "readinessPatienceMs" | "logLines">;

/** What the answer to our write does not tell. */
interface Known {
  readonly since: Instant;
  /** `spec.replicas` as last seen before our write. */
  readonly replicasBefore: number;
  /** Whether an autoscaler is known to be there. */
  readonly autoscaled: boolean;
  readonly room?: readonly NodeRoom[];
  readonly order: Order;
  readonly images: readonly ImageChange[];
}

/** What is awaited in `workload`, as the API returned it to our write at `since`. */
export function goalOf(direction: Goal["direction"], workload: Workload, known: Known): Goal {
  const { since, replicasBefore, autoscaled, room = [], order, images } = known;
  return {
    direction,
    ref: { kind: workload.kind, namespace: workload.namespace, name: workload.name },
    uid: workload.uid,
    templateJson: workload.template.json,
    generation: workload.generation,
    since,
    replicasBefore,
    progressedAt: progressOf(workload)?.lastUpdate,
    images: new Map(images.map(({ container, wanted }) => [container, wanted])),
    timeoutMs: order.timeoutMs,
    stableForMs: order.stableForMs,
    readinessPatienceMs: order.readinessPatienceMs,
    readLogs: order.logLines !== 0,
    autoscaled,
    room,
  };
}
