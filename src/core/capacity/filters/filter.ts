import type { DisruptionBudget } from "../../model/disruption-budget.ts";
import type { Labels } from "../../model/labels.ts";
import type { Node, PlacedPod } from "../../model/room.ts";
import type { Storage } from "../../model/storage.ts";
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

/** One filter plugin of the scheduler that looks at nothing but the node in question and what is on it. */
export interface NodeFilter {
  readonly kind: "node";
  /** Whether an answer can change as pods come to the node and go. */
  readonly scope: "fixed" | "node";
  /** Why the node refuses the pod; empty when it does not. `minor`: the server's, which decides the words. */
  readonly refusals: (pod: Incoming, room: Room, minor: number) => readonly Refusal[];
  /**
   * How many more of these pods the filter lets onto a node that it does not refuse; absent where each further pod
   * makes no difference to it.
   */
  readonly further?: (pod: Incoming, room: Room) => number;
  /**
   * What of the room decides its answers, now and as pods come and go; absent for `fixed`. `most`: no other pods than
   * so many of this very one will come, and none will go.
   */
  readonly signature?: (pod: Incoming, room: Room, most?: number) => string;
}

/** The cluster as the scheduler sees it at one moment. */
export interface ClusterView {
  readonly minor: number;
  readonly nodes: readonly NodeView[];
  /** Labels of namespaces by name. */
  readonly namespaceLabels: ReadonlyMap<string, Labels>;
  readonly storage: Storage;
  /** None where absent. */
  readonly budgets?: readonly DisruptionBudget[];
}

/** A node with its pods. Those without a `nodeName` are nominated: promised the node, and not there yet. */
export interface NodeView {
  readonly node: Node;
  readonly pods: readonly PlacedPod[];
  /** The same, added up; absent where nobody did. */
  readonly sum?: NodeSum;
}

/** The pods of a node, as far as filters need them all. */
export interface NodeSum {
  /** With those that are there. */
  readonly room: Room;
  /** Those that are nominated. */
  readonly waiting: readonly PlacedPod[];
  /** Those that are there and repel others. */
  readonly repelling: readonly PlacedPod[];
  /** Those that are there, of one namespace. */
  readonly of: (namespace: string) => readonly PlacedPod[];
}

/** One filter plugin that looks at more than one node, at the pods themselves or at other objects. */
export interface ClusterFilter {
  readonly kind: "cluster";
  /** The scheduler's `PreFilter`; `undefined` where the filter has nothing to say about this pod (`Skip`). */
  readonly prepare: (pod: Incoming, cluster: ClusterView) => Judge | undefined;
}

/** A cluster filter prepared for one pod, with what it counted: the scheduler's CycleState. */
export interface Judge {
  /** Why the pod as a whole is refused, before any node is looked at. */
  readonly refusal?: Refusal;
  /** The only nodes that are asked at all: the scheduler's `PreFilterResult`, with the plugin that gave it. */
  readonly only?: { readonly plugin: string; readonly nodes: ReadonlySet<string> };
  /**
   * What can change an answer about a node: nothing that comes or goes (`fixed`), pods of that very node (`node`), or
   * pods of any node (`cluster`).
   */
  readonly scope: "fixed" | "node" | "cluster";
  /** Why the node refuses the pod; empty when it does not. */
  readonly refusals: (room: Room) => readonly Refusal[];
  /** As of a `NodeFilter`; where it is absent, each further pod is tried. */
  readonly further?: (node: Node) => number;
  /** A pod came to the node; absent for `fixed`. */
  readonly add?: (pod: PlacedPod, node: Node) => void;
  /** A pod that was counted left the node. */
  readonly remove?: (pod: PlacedPod, node: Node) => void;
  /**
   * What sets the node apart, now and as pods come and go: nodes with equal signatures are interchangeable. Absent
   * for `fixed`, where the refusals say it all.
   */
  readonly signature?: (node: Node) => string;
  /** Whether the pod, put on a node, can change the answer about another one; absent where none can. */
  readonly reaches?: (pod: PlacedPod) => boolean;
  /** Whether a node may fit because the pod is there; absent where no company ever helps. */
  readonly attracts?: (pod: PlacedPod) => boolean;
}
