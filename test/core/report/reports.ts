import type { CapacityVerdict, NodeRoom } from "../../../src/core/capacity/verdict.ts";
import type { Finding } from "../../../src/core/diagnosis/finding.ts";
import { instant } from "../../../src/core/model/instant.ts";
import type { Resources } from "../../../src/core/model/resources.ts";
import type { MergedEvent, Moment, Report, ReportedImage } from "../../../src/core/report/report.ts";

const MIB = 1024 ** 2;
const START = Date.UTC(2026, 10, 24, 21, 3, 7);

/** Time of the run in seconds after its start. */
export const at = (seconds: number) => instant(START + seconds * 1000);

export const moment = (
  seconds: number,
  subject: string,
  text: string,
  tone: Moment["tone"] = "normal",
): Moment => ({
  at: at(seconds),
  until: undefined,
  section: subject === "rollout" || subject === "rollback" ? subject : "pod",
  subject,
  text,
  tone,
});

export const event = (overrides: Partial<MergedEvent> = {}): MergedEvent => ({
  type: "Normal",
  reason: "Scheduled",
  objects: ["pod/web-8fcc99c46-h2mhm"],
  message: "Successfully assigned shop/web-8fcc99c46-h2mhm to pool-1-a",
  count: 1,
  firstSeen: at(1),
  lastSeen: at(1),
  ...overrides,
});

const resources = (cpu: number, mebibytes: number): Resources =>
  new Map([
    ["cpu", cpu],
    ["memory", mebibytes * MIB],
  ]);

export const node = (overrides: Partial<NodeRoom> = {}): NodeRoom => ({
  name: "pool-1-a",
  refusedBy: [],
  requested: resources(100, 64),
  used: resources(620, 1900),
  allocatable: resources(1000, 2867),
  fits: 3,
  takers: [],
  ...overrides,
});

export const completes = (overrides: Partial<CapacityVerdict> = {}): CapacityVerdict => ({
  verdict: "WILL_COMPLETE",
  reasons: [],
  nodes: [node(), node({ name: "pool-1-b", used: resources(890, 2100), fits: 1 })],
  completes: { at: 3, most: 3, of: 3 },
  fixes: [],
  unknown: [],
  read: { nodes: 2, pods: 41 },
  ...overrides,
});

/** The story: a node of 1000m with 970m in use, and a pod that asks for 100m. */
export const stalls: CapacityVerdict = completes({
  verdict: "WILL_STALL",
  reasons: [{ reason: "InsufficientResources", message: "0/1 nodes are available: 1 Insufficient cpu." }],
  nodes: [
    node({
      refusedBy: ["Insufficient cpu"],
      used: resources(970, 1154),
      fits: 0,
      takers: [
        { pod: "kube-system/kube-dns-5f8689dbc9-x2x9l", requests: resources(260, 110), ours: false },
        { pod: "kube-system/fluentbit-gke-7pq5l", requests: resources(100, 200), ours: false },
        { pod: "shop/web-5788dbb88c-hvqf5", requests: resources(100, 64), ours: true },
      ],
    }),
  ],
  completes: { at: 0, most: 0, of: 1 },
  fixes: [
    { kind: "nodes", text: "one more node of that size would do", value: "1" },
    { kind: "request", text: "requesting at most 30m of cpu per pod (now 100m) would do", value: "30m" },
    {
      kind: "strategy",
      text: "maxUnavailable: 1 would do (no pod would stay available meanwhile)",
      value: "1",
    },
  ],
  read: { nodes: 1, pods: 12 },
});

const finding = (overrides: Partial<Finding> = {}): Finding => ({
  reason: "ImageNotFound",
  summary:
    "container web of 1 of 3 new pods cannot pull europe-docker.pkg.dev/shop/web:1.5.0: there is no such image",
  message:
    'failed to resolve reference "europe-docker.pkg.dev/shop/web:1.5.0": europe-docker.pkg.dev/shop/web:1.5.0: not found',
  pod: "web-8fcc99c46-h2mhm",
  container: "web",
  role: "app",
  node: "pool-1-a",
  pods: ["web-8fcc99c46-h2mhm"],
  next: [
    {
      text: "The repository answers, the tag is missing: see whether the job that pushes it ran, and what is there",
      command: "gcloud artifacts docker tags list europe-docker.pkg.dev/shop/web",
    },
  ],
  firstSeen: at(2),
  log: undefined,
  ...overrides,
});

export const crash = (overrides: Partial<Finding> = {}): Finding =>
  finding({
    reason: "ContainerCrashed",
    summary: "container web crashed 3 times in 2 of 3 new pods, last with exit code 1",
    message: "back-off 20s restarting failed container=web pod=web-8fcc99c46-h2mhm_shop(3f0c…)",
    pods: ["web-8fcc99c46-h2mhm", "web-8fcc99c46-k9d2x"],
    next: [{ text: "Read the log below: the program itself ended", command: undefined }],
    firstSeen: at(3),
    log: {
      pod: "web-8fcc99c46-h2mhm",
      container: "web",
      previous: true,
      lines: [
        "2026-11-24T21:03:31Z starting web 1.5.0",
        "2026-11-24T21:03:31Z connecting to postgres://db:5432/shop",
        'Error: relation "orders_v2" does not exist',
        "    at Parser.parseErrorMessage (/app/node_modules/pg-protocol/dist/parser.js:283:98)",
        "    at Parser.handlePacket (/app/node_modules/pg-protocol/dist/parser.js:122:29)",
        "```",
        "2026-11-24T21:03:32Z giving up",
      ],
      note: undefined,
    },
    ...overrides,
  });

const imagesNow = (version: string | undefined): readonly ReportedImage[] => [
  {
    container: "web",
    role: "app",
    wanted: "europe-docker.pkg.dev/shop/web:1.5.0",
    previous: "europe-docker.pkg.dev/shop/web:1.4.2",
    digest: `sha256:${"5d0da3dc97646b7e".repeat(4)}`,
    now: version === undefined ? undefined : `europe-docker.pkg.dev/shop/web:${version}`,
  },
];

/** Nothing was written. */
const untouched = {
  touched: "no",
  template: "before",
  images: imagesNow("1.4.2"),
} as const satisfies Partial<Report>;

/** The old template is back. */
const restored = {
  rolledBack: true,
  template: "restored",
  images: imagesNow("1.4.2"),
} as const satisfies Partial<Report>;

/** A success with three replicas; every other report differs from it by what its builder says. */
export const report = (overrides: Partial<Report> = {}): Report => ({
  version: "0.1.0",
  mode: "deploy",
  result: "succeeded",
  reason: "",
  message:
    "deployment/web runs europe-docker.pkg.dev/shop/web:1.5.0: 3 of 3 pods available and stable for 30s",
  detail: [],
  workload: { kind: "Deployment", namespace: "shop", name: "web" },
  images: imagesNow("1.5.0"),
  touched: "yes",
  template: "ours",
  logsRead: false,
  revision: 42,
  previousRevision: 41,
  replicas: { before: 3, desired: 3, available: 3, leastAvailable: 3, allowedLeast: 3 },
  rolledBack: false,
  capacity: completes(),
  causes: [],
  stands: [],
  warnings: [],
  timeline: [
    moment(0.4, "rollout", "pre-check: will complete"),
    moment(1, "rollout", "change applied"),
    moment(1, "rollout", "revision 42, ReplicaSet web-8fcc99c46"),
    moment(1, "web-8fcc99c46-h2mhm", "created"),
    moment(1, "web-8fcc99c46-h2mhm", "scheduled on pool-1-a"),
    moment(4, "web-8fcc99c46-h2mhm", "Ready", "good"),
    moment(4.2, "rollout", "1 of 3 available", "active"),
    moment(9, "rollout", "3 of 3 available", "good"),
    moment(39, "rollout", "every replica available and stable", "good"),
  ],
  events: [
    event({
      reason: "ScalingReplicaSet",
      objects: ["deployment/web"],
      message: "Scaled up replica set web-8fcc99c46 from 0 to 1",
    }),
    event(),
    event({
      reason: "Pulled",
      message: "Successfully pulled image in 1.2s",
      firstSeen: at(3),
      lastSeen: at(3),
    }),
  ],
  startedAt: at(0),
  finishedAt: at(39),
  endpoint: "https://34.90.12.7",
  consoleUrl: "",
  run: {
    url: "https://github.com/shop/web/actions/runs/812",
    number: "812",
    sha: "5d0da3dc97646b7e5d0da3dc97646b7e5d0da3dc",
    actor: "maria",
  },
  ...overrides,
});

const PULL_EVENTS = [
  event({
    reason: "ScalingReplicaSet",
    objects: ["deployment/web"],
    message: "Scaled up replica set web-8fcc99c46 from 0 to 1",
  }),
  event(),
  event({
    type: "Warning",
    reason: "Failed",
    count: 2,
    firstSeen: at(2),
    lastSeen: at(14),
    message:
      'Failed to pull image "europe-docker.pkg.dev/shop/web:1.5.0": rpc error: code = NotFound desc = failed to pull and unpack image "europe-docker.pkg.dev/shop/web:1.5.0": failed to resolve reference "europe-docker.pkg.dev/shop/web:1.5.0": europe-docker.pkg.dev/shop/web:1.5.0: not found',
  }),
  event({
    type: "Warning",
    reason: "Failed",
    message: "Error: ErrImagePull",
    count: 2,
    firstSeen: at(2),
    lastSeen: at(14),
  }),
  event({
    reason: "BackOff",
    message: 'Back-off pulling image "europe-docker.pkg.dev/shop/web:1.5.0"',
    count: 3,
    firstSeen: at(3),
    lastSeen: at(15),
  }),
];

const PULL_TIMELINE = [
  moment(1, "rollout", "change applied"),
  moment(1, "rollout", "revision 42, ReplicaSet web-8fcc99c46"),
  moment(1, "web-8fcc99c46-h2mhm", "created"),
  moment(1, "web-8fcc99c46-h2mhm", "scheduled on pool-1-a"),
  moment(2, "web-8fcc99c46-h2mhm", "web: ErrImagePull", "bad"),
  moment(3, "web-8fcc99c46-h2mhm", "web: ImagePullBackOff", "bad"),
  moment(14.2, "rollout", "verdict: ImageNotFound", "bad"),
];

const failed = (overrides: Partial<Report>): Report =>
  report({
    result: "failed",
    reason: "ImageNotFound",
    message: `deployment/web was left as it is (on-failure: leave): ${finding().summary}`,
    causes: [finding()],
    stands: [
      "deployment/web has europe-docker.pkg.dev/shop/web:1.5.0 (web): 3 of 3 pods available",
      "Our change is still in place; the old version was not put back",
    ],
    timeline: PULL_TIMELINE,
    events: PULL_EVENTS,
    finishedAt: at(17),
    ...overrides,
  });

/** Hand-built reports of some ways to end, for what one face does with a field. Real ones are in `stories.ts`. */
export const REPORTS: Readonly<Record<string, Report>> = {
  succeeded: report(),
  "unchanged-with-moving-tag": report({
    ...untouched,
    result: "unchanged",
    message: "deployment/web already has this image and is healthy: 3 of 3 pods available",
    images: [
      {
        container: "web",
        role: "app",
        wanted: "europe-docker.pkg.dev/shop/web:latest",
        previous: "europe-docker.pkg.dev/shop/web:latest",
        digest: "",
        now: "europe-docker.pkg.dev/shop/web:latest",
      },
    ],
    revision: 41,
    capacity: undefined,
    timeline: [],
    events: [],
    warnings: ["The tag of europe-docker.pkg.dev/shop/web:latest can move; nothing was pulled"],
    finishedAt: at(0.8),
  }),
  checked: report({
    ...untouched,
    mode: "check",
    result: "checked",
    message: "the rollout can complete: room for all 3 new pods, one after the other",
    revision: 41,
    timeline: [],
    events: [],
    finishedAt: at(0.6),
  }),
  "rolled-back": failed({
    result: "rolled-back",
    message: `deployment/web was rolled back: ${finding().summary}`,
    ...restored,
    stands: [
      "deployment/web has europe-docker.pkg.dev/shop/web:1.4.2 (web): 3 of 3 pods available",
      "The template from before is back in place",
    ],
    timeline: [
      ...PULL_TIMELINE,
      moment(14.3, "rollback", "previous template written back"),
      moment(16.6, "rollback", "3 of 3 available", "good"),
      moment(16.7, "rollback", "previous version available again", "good"),
    ],
  }),
  "failed-and-left": failed({
    reason: "ContainerCrashed",
    message: `deployment/web was left as it is (on-failure: leave): ${crash().summary}`,
    causes: [
      crash(),
      finding({ reason: "ReadinessProbeFailed", summary: "container web is not Ready in 1 new pod" }),
    ],
  }),
  "error-input": report({
    result: "error",
    ...untouched,
    template: "unknown",
    reason: "InvalidInput",
    message: "2 inputs are not valid",
    detail: [
      'timeout is "15": a duration with a unit was expected, such as 15m',
      'image is "Web:1": a reference was expected, such as europe-docker.pkg.dev/shop/web:1.5.0',
    ],
    workload: undefined,
    images: [],
    revision: undefined,
    previousRevision: undefined,
    replicas: undefined,
    capacity: undefined,
    timeline: [],
    events: [],
    endpoint: "",
    finishedAt: at(0),
  }),
};
