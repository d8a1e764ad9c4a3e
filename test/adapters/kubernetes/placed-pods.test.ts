import type { V1Pod } from "@kubernetes/client-node";
import { describe, expect, test } from "vitest";
import { toPlacedPod } from "../../../src/adapters/kubernetes/decode-room.ts";
import { placedPods } from "../../../src/adapters/kubernetes/placed-pods.ts";

const MINOR = 36;
const requests = { cpu: "100m", memory: "64Mi", "example.com/gpu": "1" };
const resources = { requests, limits: { memory: "64Mi" } };
const probe = { httpGet: { path: "/", port: 80 }, periodSeconds: 5 };
const term = {
  topologyKey: "zone",
  namespaces: ["a"],
  labelSelector: {
    matchLabels: { app: "web" },
    matchExpressions: [{ key: "k", operator: "In", values: ["v"] }],
  },
  namespaceSelector: { matchLabels: { env: "prod" } },
};

/** A pod that says something of everything. */
const sample = (): V1Pod =>
  structuredClone({
    metadata: {
      name: "web-1",
      generateName: "web-",
      namespace: "shop",
      uid: "uid-1",
      resourceVersion: "1",
      creationTimestamp: "2026-01-01T00:00:00Z",
      labels: { app: "web" },
      annotations: { "controller.kubernetes.io/pod-deletion-cost": "5", note: "n" },
      ownerReferences: [
        { apiVersion: "apps/v1", kind: "ReplicaSet", name: "web", uid: "rs", controller: true },
      ],
      managedFields: [{ manager: "kubelet", operation: "Update" }],
    },
    spec: {
      nodeName: "n1",
      hostname: "web-1",
      hostNetwork: false,
      priority: 5,
      priorityClassName: "high",
      preemptionPolicy: "Never",
      schedulerName: "default-scheduler",
      nodeSelector: { pool: "a" },
      overhead: { cpu: "10m" },
      resources,
      tolerations: [{ key: "dedicated", operator: "Exists", effect: "NoSchedule" }],
      affinity: {
        podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] },
        podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] },
      },
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule", labelSelector: {} },
      ],
      initContainers: [{ name: "proxy", image: "proxy:1", restartPolicy: "Always", resources }],
      containers: [
        {
          name: "web",
          image: "web:1",
          command: ["web"],
          env: [{ name: "A", value: "a" }],
          ports: [{ containerPort: 80, hostPort: 80, hostIP: "10.0.0.1", protocol: "UDP" }],
          resources,
          livenessProbe: probe,
          volumeMounts: [{ name: "data", mountPath: "/data" }],
        },
      ],
      volumes: [
        { name: "data", persistentVolumeClaim: { claimName: "data" } },
        { name: "disk", gcePersistentDisk: { pdName: "disk", readOnly: true } },
        { name: "scratch", ephemeral: { volumeClaimTemplate: { spec: { accessModes: ["ReadWriteOnce"] } } } },
        { name: "csi", csi: { driver: "secrets.example.com" } },
        { name: "config", configMap: { name: "config" } },
        { name: "token-1", projected: { sources: [] } },
        { name: "tmp", emptyDir: { sizeLimit: "1Gi" } },
      ],
      resourceClaims: [{ name: "gpu", resourceClaimName: "gpu" }],
    },
    status: {
      phase: "Running",
      nominatedNodeName: "n2",
      podIP: "10.0.0.2",
      startTime: "2026-01-01T00:00:00Z",
      conditions: [
        { type: "Ready", status: "True", lastTransitionTime: "2026-01-01T00:00:00Z" },
        { type: "PodResizePending", status: "True", reason: "Infeasible" },
      ],
      containerStatuses: [
        {
          name: "web",
          ready: true,
          restartCount: 0,
          resources: { requests: { ...requests, cpu: "300m" } },
          allocatedResources: { ...requests, cpu: "200m" },
        },
      ],
      initContainerStatuses: [{ name: "proxy", ready: true, restartCount: 0, resources }],
      resources: { requests: { cpu: "900m" } },
      allocatedResources: { cpu: "800m" },
    },
  }) as unknown as V1Pod;

type Tree = Record<string, unknown>;

/** The same pod again and again, each time with one thing changed, or gone. */
function* variants(): Generator<[string, V1Pod]> {
  for (const path of pathsOf(sample() as unknown as Tree)) {
    for (const how of ["other", "gone"] as const) {
      const pod = sample();
      const parent = path.slice(0, -1).reduce((at, key) => at[key] as Tree, pod as unknown as Tree);
      const key = path.at(-1) as string;
      if (how === "other") parent[key] = other(parent[key]);
      else if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else delete parent[key];
      if (pod.spec?.containers !== undefined) yield [`${path.join(".")} ${how}`, pod];
    }
  }
}

function pathsOf(tree: Tree): readonly (readonly string[])[] {
  return Object.entries(tree).flatMap(([key, value]) => [
    [key],
    ...(typeof value === "object" ? pathsOf(value as Tree).map((rest) => [key, ...rest]) : []),
  ]);
}

function other(value: unknown): unknown {
  if (typeof value === "number") return value + 1;
  if (typeof value === "boolean") return !value;
  if (typeof value !== "string") return value;
  const number = /^\d+/.exec(value);
  return number === null ? `${value}x` : value.replace(/^\d+/, String(Number(number[0]) + 1));
}

describe("placedPods()", () => {
  test.each([...variants()])("does not take a pod for another one: %s", (_, pod) => {
    const decode = placedPods(MINOR);
    decode(sample());
    expect(decode(structuredClone(pod))).toEqual(toPlacedPod(pod, MINOR));
  });

  test("lets pods that differ in name, node, owner and labels share what they have in common", () => {
    const decode = placedPods(MINOR);
    const [one, two] = [sample(), sample()];
    two.metadata = { ...two.metadata, name: "web-2", labels: { app: "other" } };
    if (two.spec) two.spec.nodeName = "n9";
    const [left, right] = [decode(one), decode(two)];
    expect(right).toMatchObject({ name: "web-2", nodeName: "n9", labels: { app: "other" } });
    expect(right.requests).toBe(left.requests);
    expect(right.repels).toBe(left.repels);
  });
});
