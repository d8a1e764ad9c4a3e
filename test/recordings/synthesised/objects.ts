/** Any JSON object as the API would answer it. */
export type Wire = Readonly<Record<string, unknown>>;

/** The names that every synthesised recording uses. */
export const NAMES = { old: "web-5788dbb88c", new: "web-8fcc99c46", pod: "web-8fcc99c46-aaaaa" } as const;

/** Image of the new version, as all quoted texts name it. */
export const IMAGE = "europe-docker.pkg.dev/p/r/web:2";

/** Wall clock of second 0, in milliseconds. */
const START = Date.UTC(2026, 10, 24, 4);

/** The timestamp of a second, as the API writes it: whole seconds. */
export const stamp = (t: number): string =>
  new Date(START + Math.floor(t) * 1000).toISOString().replace(".000Z", "Z");

/** What a recording adds to the plain template: fields of the pod's spec and of its container `web`. */
export interface Template {
  readonly spec?: Wire;
  readonly container?: Wire;
}

const metadata = (kind: string, name: string, more: Wire = {}): Wire => ({
  name,
  namespace: "shop",
  uid: `uid of ${kind} ${name}`,
  creationTimestamp: stamp(-60),
  ...more,
});

const ownedBy = (kind: string, name: string): Wire => ({
  ownerReferences: [{ apiVersion: "apps/v1", kind, name, uid: `uid of ${kind} ${name}`, controller: true }],
});

function specOf(image: string, { spec = {}, container = {} }: Template): Wire {
  const web = { name: "web", image, resources: { requests: { cpu: "100m", memory: "64Mi" } }, ...container };
  return { containers: [web], restartPolicy: "Always", terminationGracePeriodSeconds: 30, ...spec };
}

const imageOf = (version: 1 | 2): string => (version === 1 ? IMAGE.replace(":2", ":1") : IMAGE);

/** The Deployment while it rolls `version` out: one replica, which the old pod serves until the new one does. */
export function deployment(
  version: 1 | 2,
  template: Template,
  more: { status?: Wire; spec?: Wire; metadata?: Wire } = {},
): Wire {
  return {
    kind: "Deployment",
    apiVersion: "apps/v1",
    metadata: metadata("Deployment", "web", { generation: version, ...more.metadata }),
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: "web" } },
      template: { metadata: { labels: { app: "web" } }, spec: specOf(imageOf(version), template) },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      progressDeadlineSeconds: 600,
      ...more.spec,
    },
    status: {
      observedGeneration: version,
      replicas: 1,
      updatedReplicas: version === 1 ? 1 : 0,
      readyReplicas: 1,
      availableReplicas: 1,
      ...more.status,
    },
  };
}

/** A ReplicaSet of the Deployment: its old one, or the one of the change. */
export function replicaSet(version: 1 | 2, template: Template, status: Wire): Wire {
  const name = version === 1 ? NAMES.old : NAMES.new;
  const labels = { app: "web", "pod-template-hash": name.slice("web-".length) };
  return {
    kind: "ReplicaSet",
    apiVersion: "apps/v1",
    metadata: metadata("ReplicaSet", name, {
      labels,
      annotations: { "deployment.kubernetes.io/revision": String(version) },
      ...ownedBy("Deployment", "web"),
    }),
    spec: { replicas: 1, template: { metadata: { labels }, spec: specOf(imageOf(version), template) } },
    status,
  };
}

/** A pod; `node` undefined as long as it has none. */
export function pod(
  version: 1 | 2,
  template: Template,
  seen: { name: string; node: string | undefined; status: Wire; metadata?: Wire },
): Wire {
  const owner = version === 1 ? NAMES.old : NAMES.new;
  return {
    kind: "Pod",
    apiVersion: "v1",
    metadata: metadata("Pod", seen.name, {
      creationTimestamp: stamp(version === 1 ? -60 : 0),
      labels: { app: "web", "pod-template-hash": owner.slice("web-".length) },
      ...ownedBy("ReplicaSet", owner),
      ...seen.metadata,
    }),
    spec: {
      ...specOf(imageOf(version), template),
      ...(seen.node === undefined ? {} : { nodeName: seen.node }),
    },
    status: seen.status,
  };
}

/** What an Event says, and of what. */
export interface Said {
  readonly reason: string;
  readonly message: string;
  readonly type?: "Normal" | "Warning";
  readonly count?: number;
  readonly kind?: "Pod" | "ReplicaSet" | "Deployment";
  readonly name?: string;
  /** Container that it speaks of. */
  readonly container?: string;
  /** When it was seen first. */
  readonly first?: number;
}

/** An Event of the old API, as the kubelet and the controllers write it. */
export function event(t: number, said: Said): Wire {
  const {
    reason,
    message,
    type = "Warning",
    count = 1,
    kind = "Pod",
    name = NAMES.pod,
    container,
    first = t,
  } = said;
  return {
    kind: "Event",
    apiVersion: "v1",
    metadata: metadata("Event", `${name}.${reason}.${hashOf(message)}`, { creationTimestamp: stamp(first) }),
    involvedObject: {
      kind,
      namespace: "shop",
      name,
      uid: `uid of ${kind} ${name}`,
      ...(container === undefined ? {} : { fieldPath: `spec.containers{${container}}` }),
    },
    reason,
    message,
    type,
    count,
    firstTimestamp: stamp(first),
    lastTimestamp: stamp(t),
  };
}

/** Tells two texts of one subject apart; nothing more is asked of it. */
const hashOf = (text: string): string =>
  [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 4_294_967_296, 7).toString(16);
