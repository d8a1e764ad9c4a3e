import type { Condition } from "./condition.ts";
import type { Instant } from "./instant.ts";
import type { ContainerRole, PodSpec } from "./pod-spec.ts";

/** `state` or `lastState` of a container. */
export type ContainerState =
  | { readonly kind: "waiting"; readonly reason: string; readonly message: string }
  | { readonly kind: "running"; readonly startedAt: Instant | undefined }
  | Terminated;

/** An instance of a container that ended. */
export interface Terminated {
  readonly kind: "terminated";
  readonly reason: string;
  readonly exitCode: number;
  readonly message: string;
  readonly finishedAt: Instant | undefined;
}

/** `status.containerStatuses[]` and `status.initContainerStatuses[]`. */
export interface ContainerStatus {
  readonly name: string;
  readonly role: ContainerRole;
  readonly image: string;
  readonly imageID: string;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: number;
  readonly state: ContainerState;
  readonly lastState: Terminated | undefined;
}

/** A pod of the workload, with what happens in it. */
export interface Pod {
  readonly name: string;
  readonly uid: string;
  /** uid of the controlling ReplicaSet. */
  readonly ownerUid: string | undefined;
  readonly createdAt: Instant;
  readonly deletedAt: Instant | undefined;
  readonly phase: string;
  readonly reason: string;
  readonly message: string;
  readonly nodeName: string | undefined;
  /** Node whose pods the scheduler is putting out to make room for this one. */
  readonly nominatedNodeName: string | undefined;
  readonly conditions: readonly Condition[];
  readonly containers: readonly ContainerStatus[];
  readonly spec: PodSpec;
}
