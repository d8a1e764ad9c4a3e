import type { Candidate, GkeFacts } from "../../core/endpoint.ts";
import type { WorkloadRef } from "../../core/model/workload.ts";
import type { Authenticator } from "../kubernetes/credentials.ts";
import type { Access } from "../kubernetes/kubeconfig.ts";

/** The way to a GKE cluster that answered, and how to sign its requests. */
export interface GkeDoor {
  readonly access: Access;
  readonly authenticator: Authenticator;
  readonly kind: Candidate["kind"];
  /** Whether lists are to stand in for watches: the Connect Gateway has few streams. */
  readonly lists: boolean;
  /** The page of a workload in the Google Cloud console; empty where none is known. */
  readonly consoleUrl: (ref: WorkloadRef) => string;
  readonly facts: GkeFacts;
}
