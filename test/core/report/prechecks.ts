import { checkCapacity } from "../../../src/core/capacity/check.ts";
import { refusalReason, ruling } from "../../../src/core/capacity/policy.ts";
import type { CapacityVerdict } from "../../../src/core/capacity/verdict.ts";
import { verdictSentence } from "../../../src/core/capacity/words.ts";
import { instant } from "../../../src/core/model/instant.ts";
import { type Facts, noFacts } from "../../../src/core/report/facts.ts";
import { type Outcome, outcome } from "../../../src/core/report/outcome.ts";
import type { Report } from "../../../src/core/report/report.ts";
import { reportOf } from "../../../src/core/report/report-of.ts";
import { quota } from "../capacity/admission/builders.ts";
import { groupOf, poolNode, present } from "../capacity/autoscaling/clusters.ts";
import { node, olds, placed, podSpec, rolling, type Scenario, scenario } from "../capacity/builders.ts";
import { at, report } from "./reports.ts";

/** A node pool in three zones of which no node has 1500m left. */
const full = (max: number): Scenario => ({
  replicas: 3,
  strategy: rolling(1, 0),
  nodes: ["b", "c", "d"].map((zone) => poolNode(`gke-prod-web-1-${zone}x7k`, "web", zone)),
  pods: ["b", "c", "d"].flatMap((zone) => olds(`gke-prod-web-1-${zone}x7k`, 1, { cpu: "1500m" })),
  pod: podSpec({ cpu: "1500m", memory: "512Mi" }),
  snapshot: {
    autoscaling: present(
      ["b", "c", "d"].map((zone) => groupOf("web", zone, { target: 1, limit: { of: "group", max } })),
    ),
  },
});

const roomy: Scenario = {
  replicas: 3,
  nodes: [node("pool-1-a", { cpu: "4", memory: "16Gi" }), node("pool-1-b", { cpu: "4", memory: "16Gi" })],
  pods: olds("pool-1-a", 3, { cpu: "500m", memory: "256Mi" }),
  pod: podSpec({ cpu: "500m", memory: "256Mi" }),
};

const LIMIT =
  'pods "web-" is forbidden: [maximum cpu usage per Container is 400m, but limit is 1, maximum memory usage per Pod is 128Mi, but limit is 268435456]';

/** Clusters of each kind that the pre-check tells apart, by the name of the golden file. */
export const PRECHECKS: Readonly<Record<string, Scenario>> = {
  "will-complete": {
    ...roomy,
    snapshot: {
      scalers: [
        {
          name: "web",
          target: { group: "apps", kind: "Deployment", name: "web" },
          maxReplicas: 20,
          scalesUp: true,
        },
      ],
      warnings: [
        'would violate PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "app" must set securityContext.allowPrivilegeEscalation=false)',
      ],
    },
  },
  "will-complete-by-evicting": {
    ...roomy,
    replicas: 1,
    strategy: rolling(1, 0),
    nodes: [node("pool-1-a", { cpu: "1" })],
    pods: olds("pool-1-a", 1, { cpu: "1" }),
    pod: podSpec({ cpu: "1" }, { priority: 10 }),
  },
  "will-stall": full(1),
  "will-stall-for-pods": {
    replicas: 4,
    strategy: rolling(1, 0),
    nodes: Array.from({ length: 30 }, (_, index) =>
      node(`pool-${index < 9 ? 1 : 2}-${String(index).padStart(2, "0")}`, {
        cpu: "4",
        memory: "16Gi",
        pods: index < 9 ? "3" : "110",
      }),
    ).map((each, index) => ({
      ...each,
      labels: { ...each.labels, disk: index < 9 ? "ssd" : "hdd" },
      unschedulable: index === 29,
    })),
    pods: Array.from({ length: 9 }, (_, index) =>
      Array.from({ length: 3 }, (_, nth) =>
        placed(`pool-1-0${index}`, { cpu: "100m" }, { name: `other-${index}-${nth}` }),
      ),
    ).flat(),
    pod: podSpec({ cpu: "100m", memory: "64Mi" }, { nodeSelector: { disk: "ssd" } }),
    replicaSets: [],
  },
  "will-stall-by-quota": {
    ...roomy,
    strategy: rolling(1, 0),
    snapshot: { quotas: [quota("compute", { "requests.cpu": "1500m" }, { "requests.cpu": "1500m" })] },
  },
  depends: {
    replicas: 2,
    nodes: [node("pool-1-a", { cpu: "2" }), node("pool-1-b", { cpu: "6" })],
    pods: [...olds("pool-1-a", 1, { cpu: "1" }), ...olds("pool-1-b", 1, { cpu: "4" })],
    pod: podSpec({ cpu: "3" }),
    strategy: rolling(0, 1),
  },
  "needs-nodes": full(3),
  "admission-fails": {
    ...roomy,
    snapshot: { admission: { kind: "denied", message: LIMIT, currentPasses: true } },
  },
  "no-rollout": { ...roomy, unchanged: true },
  unknown: {
    ...roomy,
    snapshot: {
      gaps: [
        {
          what: "PersistentVolumeClaims",
          why: 'cannot list resource "persistentvolumeclaims" in API group ""',
        },
        { what: "pods/eviction", why: "the API server answered 503 three times" },
      ],
    },
  },
};

/** The report of a check of this cluster, refused where the strictest rule refuses. */
export function precheckReport(given: Scenario): Report {
  const [snapshot, target, next] = scenario(given);
  const capacity = checkCapacity(snapshot, target, next);
  const wanted = given.unchanged === true ? "app:1" : "app:2";
  const images = [{ container: "app", role: "app", wanted, previous: "app:1", digest: "" }] as const;
  const facts: Facts = {
    ...noFacts(),
    ref: { kind: "Deployment", namespace: "shop", name: "web" },
    endpoint: "34.90.12.7",
    before: target,
    plan: { images, next, changes: given.unchanged !== true },
    capacity,
  };
  return reportOf(facts, outcomeOf(capacity), {
    version: "0.1.0",
    mode: "check",
    startedAt: at(0),
    finishedAt: instant(at(0) + 400),
    run: report().run,
    logsRead: false,
  });
}

function outcomeOf(capacity: CapacityVerdict): Outcome {
  const sentence = verdictSentence(capacity);
  return ruling(capacity.verdict, "strict") === "refuse"
    ? outcome("refused", refusalReason(capacity), `deployment/web was not touched: ${sentence}`)
    : outcome("checked", "", `deployment/web was only checked: ${sentence}`);
}
