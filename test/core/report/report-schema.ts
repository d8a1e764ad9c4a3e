import { type Static, type TSchema, Type } from "typebox";
import { REASONS, type ReasonCode, type Result } from "../../../src/core/reason.ts";
import { REPORT_FORMAT } from "../../../src/core/report/json.ts";

/* The names below are the product's; that they are all of them is checked by the types, in `json.test.ts`. */

const oneOf = <const Name extends string>(names: readonly Name[], description?: string) =>
  Type.Unsafe<Name>({ type: "string", enum: [...names], ...(description && { description }) });

const orNull = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);

const text = (description?: string) => Type.String(description === undefined ? {} : { description });
const integer = (description?: string) =>
  Type.Integer({ minimum: 0, ...(description !== undefined && { description }) });
const time = Type.String({ format: "date-time" });
const quantities = Type.Record(Type.String(), Type.String(), {
  description: "Quantities of Kubernetes by resource",
});

const RESULTS: Readonly<Record<Result, true>> = {
  succeeded: true,
  unchanged: true,
  checked: true,
  refused: true,
  "rolled-back": true,
  failed: true,
  "rollback-failed": true,
  superseded: true,
  cancelled: true,
  error: true,
};

const CODES: readonly ReasonCode[] = Object.values(REASONS).flat();
const reason = oneOf(CODES);
const role = oneOf(["app", "init", "sidecar"]);

const image = Type.Object({
  role,
  wanted: text(),
  previous: text(),
  digest: text("As the new pods run it, empty when none has pulled it"),
  now: orNull(text("As the template has it at the end")),
});

const capacity = Type.Object({
  verdict: oneOf([
    "WILL_COMPLETE",
    "NEEDS_NODES",
    "DEPENDS",
    "UNKNOWN",
    "WILL_STALL",
    "ADMISSION_FAILS",
    "NO_ROLLOUT",
  ]),
  reasons: Type.Array(Type.Object({ reason, message: text() })),
  nodes: Type.Array(
    Type.Object({
      name: text(),
      refusedBy: Type.Array(Type.String()),
      requested: quantities,
      used: quantities,
      allocatable: quantities,
    }),
  ),
  completes: Type.Object({ at: integer(), most: integer(), of: integer() }),
  fixes: Type.Array(
    Type.Object({
      kind: oneOf(["nodes", "request", "strategy", "replicas", "constraint", "pods"]),
      text: text(),
      value: text(),
    }),
  ),
  unknown: Type.Array(Type.Object({ what: text(), why: text() })),
  warnings: Type.Array(Type.String()),
  read: Type.Object({ nodes: integer(), pods: integer() }),
});

const log = Type.Object({
  pod: text(),
  container: text(),
  previous: Type.Boolean(),
  lines: Type.Array(Type.String()),
  note: orNull(Type.String()),
});

const cause = Type.Object({
  reason,
  summary: text(),
  message: text("Verbatim from the cluster"),
  pod: orNull(Type.String()),
  container: orNull(Type.String()),
  role: orNull(role),
  node: orNull(Type.String()),
  pods: Type.Array(Type.String()),
  next: Type.Array(Type.Object({ text: text(), command: orNull(Type.String()) })),
  firstSeen: time,
  log: orNull(log),
});

const moment = Type.Object({
  at: time,
  until: orNull(time),
  section: oneOf(["rollout", "rollback", "pod"]),
  subject: text(),
  text: text(),
  tone: oneOf(["normal", "active", "good", "bad"]),
});

const event = Type.Object({
  type: text(),
  reason: text(),
  objects: Type.Array(Type.String()),
  message: text(),
  count: integer(),
  firstSeen: time,
  lastSeen: time,
});

/** The JSON report, as `docs/report.schema.json` publishes it. Readers must allow for fields that it does not name. */
export const REPORT_SCHEMA = Type.Object(
  {
    format: Type.Literal(REPORT_FORMAT),
    version: text("Of gke-safe-rollout"),
    mode: oneOf(["deploy", "check"]),
    result: oneOf(Object.keys(RESULTS) as Result[]),
    reason: oneOf(["", ...CODES], "Empty on success"),
    message: text(),
    detail: Type.Array(Type.String()),
    workload: orNull(Type.Object({ kind: oneOf(["Deployment"]), namespace: text(), name: text() })),
    images: Type.Record(Type.String(), image, { description: "By container" }),
    touched: oneOf(["no", "yes", "unknown"]),
    template: oneOf(["before", "ours", "restored", "theirs", "deleted", "recreated", "unknown"]),
    revision: orNull(Type.Number()),
    previousRevision: orNull(Type.Number()),
    replicas: orNull(
      Type.Object({
        before: integer(),
        desired: integer(),
        available: integer(),
        leastAvailable: integer(),
        allowedLeast: integer(),
      }),
    ),
    rolledBack: Type.Boolean(),
    capacity: orNull(capacity),
    logsRead: Type.Boolean(),
    causes: Type.Array(cause, { description: "First cause first" }),
    stands: Type.Array(Type.String()),
    warnings: Type.Array(Type.String()),
    timeline: Type.Array(moment),
    events: Type.Array(event),
    eventsLeftOut: integer(),
    startedAt: time,
    finishedAt: time,
    durationSeconds: Type.Number(),
    endpoint: text(),
    consoleUrl: text(),
    run: Type.Object({ url: text(), number: text(), sha: text(), actor: text() }),
  },
  {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "urn:gke-safe-rollout:report:v1",
    title: "Report of gke-safe-rollout",
  },
);

export type SchemaJson = Static<typeof REPORT_SCHEMA>;
