import { setTimeout as delay } from "node:timers/promises";
import type { KubernetesObject } from "@kubernetes/client-node";
import type { Api } from "./api.ts";

/** How long nothing may have happened, and how long it is waited for at most. */
export interface Patience {
  readonly quietMs: number;
  readonly atMostMs: number;
}

const KINDS = ["Pod", "ReplicaSet", "Deployment"] as const;
const EVERY_MS = 2_500;

/**
 * Waits until nothing has happened for a while to the pods, ReplicaSets and Deployments of each scenario. Answers with
 * the ids of those that never came to rest.
 */
export async function untilQuiet(
  api: Api,
  ids: readonly string[],
  { quietMs, atMostMs }: Patience,
): Promise<string[]> {
  const seen = new Map<string, { state: string; since: number }>(
    ids.map((id) => [id, { state: "", since: performance.now() }]),
  );
  const end = performance.now() + atMostMs;
  for (;;) {
    const states = await statesOf(api);
    const now = performance.now();
    for (const [id, last] of seen) {
      const state = states.get(id) ?? "";
      if (state !== last.state) seen.set(id, { state, since: now });
    }
    const restless = [...seen].filter(([, { since }]) => now - since < quietMs).map(([id]) => id);
    if (restless.length === 0 || now > end) return restless;
    await delay(EVERY_MS);
  }
}

/** A text per scenario that changes whenever one of its objects does. */
async function statesOf(api: Api): Promise<ReadonlyMap<string, string>> {
  const states = new Map<string, string>();
  for (const kind of KINDS) {
    for (const { metadata } of await api.list<KubernetesObject>(kind)) {
      const id = /^(.*)-(ns|other)$/.exec(metadata?.namespace ?? "")?.[1] ?? "";
      states.set(id, `${states.get(id) ?? ""} ${metadata?.name}@${metadata?.resourceVersion}`);
    }
  }
  return states;
}
