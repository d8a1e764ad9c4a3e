import type { ReasonId } from "../reason-id.ts";
import type { Incoming, Room } from "../room.ts";

/** One reason of one node. */
export interface Refusal {
  readonly id: ReasonId;
  /** In the words of the scheduler of the given version; empty where it says nothing about such a node. */
  readonly text: string;
  /** Whether removing pods from the node could help: the scheduler's `Unschedulable`, not `…AndUnresolvable`. */
  readonly resolvable: boolean;
}

/** One filter plugin of the scheduler: judges one pod on one node. */
export interface Filter {
  /** Why the node refuses the pod; empty when it does not. `minor`: the server's, which decides the words. */
  readonly refusals: (pod: Incoming, room: Room, minor: number) => readonly Refusal[];
  /**
   * How many more of these pods the filter lets onto a node that it does not refuse; absent where each further pod
   * makes no difference to it.
   */
  readonly further?: (pod: Incoming, room: Room) => number;
}
