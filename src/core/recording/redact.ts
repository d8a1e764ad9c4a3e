import { maskSecrets } from "../mask.ts";
import { isOfProgram, withoutOutput, withoutWords } from "./redact-message.ts";
import { createSecrets, type Secrets } from "./secrets.ts";

type Json = Readonly<Record<string, unknown>>;

/**
 * Fields whose text Kubernetes restricts to names, references, its own words and times. A text in any other field
 * is a secret until somebody knows better.
 * Source: staging/src/k8s.io/api core/v1, apps/v1 and meta/v1 (v1.36.3).
 */
const OPEN: ReadonlySet<string> = new Set(
  `
  kind apiVersion name generateName namespace uid resourceVersion creationTimestamp deletionTimestamp finalizers
  type status reason phase qosClass image imageID containerID nodeName nominatedNodeName host hostIP podIP ip
  startTime startedAt finishedAt eventTime firstTimestamp lastTimestamp lastObservedTime lastProbeTime
  lastTransitionTime lastUpdateTime component action fieldPath reportingComponent reportingController reportingInstance
  restartPolicy dnsPolicy schedulerName serviceAccount serviceAccountName priorityClassName runtimeClassName
  preemptionPolicy imagePullPolicy terminationMessagePolicy operator effect key values conditionType topologyKey
  whenUnsatisfiable nodeAffinityPolicy nodeTaintsPolicy namespaces matchLabelKeys mismatchLabelKeys
  claimName secretName volumeName storageClassName accessModes volumeMode driver medium sizeLimit pdName scheme protocol
  port resource resourceName divisor containerName resourceClaimName resourceClaimTemplateName mountPropagation
  recursiveReadOnly maxSurge maxUnavailable add drop
  `.match(/\S+/g),
);

/** Maps of the user's own keys to values that are names or amounts. */
const OPEN_MAPS: ReadonlySet<string> = new Set(
  "labels matchLabels nodeSelector limits requests overhead capacity allocatedResources".split(" "),
);

/** Maps of the user's own keys to anything, and lists of anything. */
const SEALED: ReadonlySet<string> = new Set(
  "command args volumeAttributes options parameters data stringData binaryData".split(" "),
);

const OUR_ANNOTATIONS = /^(?:gke-safe-rollout|deployment\.kubernetes\.io)\//;

/** Fields of these names make texts that messages repeat, and that a verdict is read from. */
const NAMES: ReadonlySet<string> = new Set(
  "image imageID name namespace nodeName key claimName secretName serviceAccountName".split(" "),
);

/**
 * Makes a function that takes out of Kubernetes objects (workload, ReplicaSet, Pod, Event) all that could be secret.
 * A value is replaced by a placeholder with a number: within all objects that go through one such function equal
 * values stay equal and others different, so that templates compare as before. Messages lose what a program said,
 * credentials, and every value that was replaced before; hence the workload should come first.
 */
export function createRedactor(): (object: Json) => Json {
  const secrets = createSecrets();
  return (object) => {
    const walk: Walk = { secrets, kind: object.kind };
    return fields(object, "", walk);
  };
}

interface Walk {
  readonly secrets: Secrets;
  readonly kind: unknown;
}

/** The messages come last: the same object may hold what they repeat. */
function fields(object: Json, parent: string, walk: Walk): Json {
  const kept = Object.entries(object).filter(([key]) => key !== "managedFields");
  const order = kept.toSorted(([a], [b]) => rank(a) - rank(b));
  const redacted = new Map(order.map(([key, value]) => [key, field(key, value, { object, parent }, walk)]));
  return Object.fromEntries(kept.map(([key]) => [key, redacted.get(key)]));
}

const rank = (key: string): number => (key === "status" || key === "message" || key === "note" ? 1 : 0);

interface Within {
  readonly object: Json;
  readonly parent: string;
}

function field(key: string, value: unknown, within: Within, walk: Walk): unknown {
  if (SEALED.has(key)) return sealed(value, walk.secrets);
  if (OPEN_MAPS.has(key)) return value;
  if (key === "annotations" && isObject(value)) return annotations(value, walk);
  if (Array.isArray(value)) return value.map((each) => item(key, each, within, walk));
  return item(key, value, within, walk);
}

function item(key: string, value: unknown, { object, parent }: Within, walk: Walk): unknown {
  if (isObject(value)) return fields(value, key, walk);
  if (Array.isArray(value)) return sealed(value, walk.secrets);
  if (typeof value !== "string") return value;
  if (key === "message" || key === "note") return messageOf(value, object, walk.secrets);
  if (!OPEN.has(key) && !(key === "value" && parent === "tolerations"))
    return walk.secrets.placeholder(value);
  const isGenerated = walk.kind === "Event" || (walk.kind === "Pod" && parent === "metadata");
  if (NAMES.has(key) && !isGenerated) walk.secrets.show(value);
  return value;
}

function messageOf(message: string, object: Json, secrets: Secrets): string {
  if (isOfProgram(object)) return withoutWords(message);
  return maskSecrets(secrets.without(withoutOutput(message)));
}

/** Every text in it, under whatever key, is replaced. */
function sealed(value: unknown, secrets: Secrets): unknown {
  if (typeof value === "string") return secrets.placeholder(value);
  if (Array.isArray(value)) return value.map((each) => sealed(each, secrets));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, sealed(each, secrets)]));
}

function annotations(map: Json, walk: Walk): Json {
  const entries = Object.entries(map).map(([key, value]) => {
    if (OUR_ANNOTATIONS.test(key)) return [key, value] as const;
    learn(value, walk);
    return [key, sealed(value, walk.secrets)] as const;
  });
  return Object.fromEntries(entries);
}

/** An annotation can hold a whole object (`last-applied-configuration`), whose secrets messages may repeat too. */
function learn(value: unknown, walk: Walk): void {
  if (typeof value !== "string" || !value.trimStart().startsWith("{")) return;
  try {
    fields(JSON.parse(value), "", walk);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
