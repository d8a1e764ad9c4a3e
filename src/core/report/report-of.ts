import { allowance } from "../capacity/strategy.ts";
import { cautionsOf } from "../capacity/words.ts";
import type { Instant } from "../model/instant.ts";
import type { Pod } from "../model/pod.ts";
import type { ImageChange } from "../plan.ts";
import { replicaSetOf } from "../replica-set.ts";
import { type Facts, latestOf } from "./facts.ts";
import { mergedEventsOf, timelineOf } from "./journal.ts";
import type { Outcome } from "./outcome.ts";
import type { Replicas, Report, Run } from "./report.ts";
import { imageNow, standsOf, templateOf, touchedOf } from "./stands.ts";

/** What the run itself knows of its surroundings. */
export interface Setting {
  readonly version: string;
  readonly mode: "deploy" | "check";
  readonly startedAt: Instant;
  readonly finishedAt: Instant;
  readonly run: Run;
  /** Whether logs of containers that fail are read. */
  readonly logsRead: boolean;
}

/** Makes the report of a run from what is known of it and how it ended. */
export function reportOf(
  facts: Facts,
  { result, reason, message, detail, causes }: Outcome,
  setting: Setting,
): Report {
  return {
    ...setting,
    result,
    reason,
    message,
    detail,
    causes,
    workload: facts.ref,
    images: (facts.plan?.images ?? []).map((change) => ({
      ...change,
      digest: digestOf(change, facts),
      now: imageNow(change.container, facts),
    })),
    touched: touchedOf(facts),
    template: templateOf(facts),
    revision: revisionOf(facts),
    previousRevision: facts.before?.workload.revision,
    replicas: replicasOf(facts),
    rolledBack: facts.restored !== undefined,
    capacity: facts.capacity,
    stands: standsOf(facts, result),
    warnings: [...facts.warnings, ...(facts.capacity ? cautionsOf(facts.capacity) : [])],
    timeline: timelineOf(facts.journal),
    events: mergedEventsOf(facts.journal, setting.startedAt),
    endpoint: facts.endpoint,
    consoleUrl: facts.consoleUrl,
  };
}

/** The revision that our change made: the one of the ReplicaSet with our template. */
function revisionOf({ changed, seen }: Facts): number | undefined {
  return changed && replicaSetOf(changed.template.json, seen?.replicaSets ?? [])?.revision;
}

function replicasOf(facts: Facts): Replicas | undefined {
  const latest = latestOf(facts);
  if (latest === undefined) return undefined;
  const available = templateOf(facts) === "deleted" ? 0 : latest.status.availableReplicas;
  return {
    before: facts.before?.workload.status.availableReplicas ?? 0,
    desired: latest.replicas,
    available,
    leastAvailable: facts.journal.leastAvailable ?? available,
    allowedLeast: latest.replicas - allowance(latest).unavailable,
  };
}

/** Digest of the wanted image as new pods run it; empty when none has pulled it, or they differ. */
function digestOf({ container, wanted }: ImageChange, { seen }: Facts): string {
  const digests = new Set((seen?.pods ?? []).flatMap((pod) => digestsIn(pod, container, wanted)));
  const [digest, ...others] = digests;
  return digest !== undefined && others.length === 0 ? digest : "";
}

function digestsIn({ spec, containers }: Pod, container: string, wanted: string): string[] {
  if (!spec.containers.some(({ name, image }) => name === container && image === wanted)) return [];
  const { imageID = "" } = containers.find(({ name }) => name === container) ?? {};
  return imageID.match(/sha256:[0-9a-f]{64}$/) ?? [];
}
