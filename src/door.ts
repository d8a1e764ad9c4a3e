import * as core from "@actions/core";
import type { Environment } from "./adapters/environment.ts";
import type { GithubLog } from "./adapters/github/log.ts";
import { findGkeCluster } from "./adapters/google/find-gke-cluster.ts";
import { connect, openCluster } from "./adapters/kubernetes/cluster.ts";
import type { Tap } from "./adapters/kubernetes/tap.ts";
import type { Inputs } from "./core/inputs.ts";
import type { Facts } from "./core/report/facts.ts";
import type { Cluster } from "./ports.ts";

/** What opening a door takes besides the inputs. */
export interface Surroundings {
  readonly env: Environment;
  readonly log: GithubLog;
  readonly facts: Facts;
  readonly signal: AbortSignal;
  /** Hears what is read and written of the workload. */
  readonly tap?: Tap | undefined;
}

/** Opens the door to the cluster that the inputs name: found through Google's APIs, or in a kubeconfig. */
export async function openDoor(
  { where, namespace, workload }: Inputs,
  { env, log, facts, signal, tap }: Surroundings,
): Promise<Cluster> {
  const mask = (secret: string): void => core.setSecret(secret);
  const manner = {
    namespace,
    env,
    fieldManager: "gke-safe-rollout",
    warn: (text: string) => log.warning(text),
    debug: log.debug,
    tap,
  };
  if (where.kind === "kubeconfig") return connect({ ...manner, ...where, mask });
  const door = await log.group("Find the cluster", () =>
    findGkeCluster(where, { env, log, mask, debug: log.debug, signal }),
  );
  const cluster = openCluster({ ...manner, ...door, scaling: door.facts.scaling });
  facts.consoleUrl = door.consoleUrl({ ...workload, namespace: cluster.namespace });
  return cluster;
}
