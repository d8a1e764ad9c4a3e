/*
 * A cluster as JSON, the same at every call: nodes and pods as large and as varied as those of a real one
 * (`managedFields`, probes, projected tokens, statuses with resources). A pod has some 8 kB, a node some 10 kB.
 */

/** Pods on a node: those of DaemonSets first, the rest of ReplicaSets. */
const PER_NODE = 30;
const DAEMONS = 6;
/** Pods of a ReplicaSet. */
const REPLICAS = 24;
const ZONES = ["a", "b", "c"];
const T = "2026-01-01T00:00:00Z";

/** The workload that is rolled out in this cluster: pods of everybody else are foreign to it. */
export const SHOP = { namespace: "shop", name: "web", replicas: 200, hash: "5d9c7b8f6d" };
const SHOP_UID = "00000000-0000-4000-8000-000000000001";

const uid = (kind: number, index: number): string =>
  `${kind.toString(16).padStart(8, "0")}-1111-4111-8111-${index.toString(16).padStart(12, "0")}`;
const nodeName = (index: number): string =>
  `gke-main-pool-${index % 7}-${(index * 2654435761).toString(16).slice(-8)}-${index.toString(36).padStart(4, "0")}`;

/** One node. */
export function nodeJson(index: number): object {
  const name = nodeName(index);
  const zone = `europe-west1-${ZONES[index % ZONES.length]}`;
  return {
    metadata: {
      name,
      uid: uid(1, index),
      resourceVersion: String(100_000 + index),
      creationTimestamp: T,
      labels: {
        "beta.kubernetes.io/arch": "amd64",
        "beta.kubernetes.io/instance-type": "e2-standard-16",
        "beta.kubernetes.io/os": "linux",
        "cloud.google.com/gke-boot-disk": "pd-balanced",
        "cloud.google.com/gke-container-runtime": "containerd",
        "cloud.google.com/gke-nodepool": `pool-${index % 7}`,
        "cloud.google.com/machine-family": "e2",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": "e2-standard-16",
        "topology.kubernetes.io/region": "europe-west1",
        "topology.kubernetes.io/zone": zone,
      },
      annotations: { "container.googleapis.com/instance_id": String(10 ** 15 + index) },
      managedFields: [managed("kubelet", "", 60), managed("kube-controller-manager", "", 20)],
    },
    spec: {
      podCIDR: `10.${index >> 8}.${index & 255}.0/24`,
      providerID: `gce://shop/${zone}/${name}`,
      ...(index % 50 === 0 && {
        taints: [{ key: "dedicated", value: "batch", effect: "NoSchedule" }],
      }),
    },
    status: {
      capacity: { cpu: "16", memory: "65838100Ki", pods: "110", "ephemeral-storage": "98831908Ki" },
      allocatable: { cpu: "15890m", memory: "59832340Ki", pods: "110", "ephemeral-storage": "47060071478" },
      conditions: ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable"].map(
        (type) => ({
          type,
          status: type === "Ready" ? "True" : "False",
          lastHeartbeatTime: T,
          lastTransitionTime: T,
          reason: `Kubelet${type}`,
          message: "kubelet says that all is as it should be",
        }),
      ),
      images: Array.from({ length: 30 }, (_, image) => ({
        names: [
          `europe-docker.pkg.dev/shop/images/service-${image}@sha256:${"0123456789abcdef".repeat(4)}`,
          `europe-docker.pkg.dev/shop/images/service-${image}:v1.${image}`,
        ],
        sizeBytes: 50_000_000 + image,
      })),
      nodeInfo: { kernelVersion: "6.6.72+", kubeletVersion: "v1.34.1-gke.100", operatingSystem: "linux" },
    },
  };
}

const MARKS = { pod: "@pod@", uid: "@uid@", node: "@node@", token: "@token@", ip: "@ip@" };

/** A workload as text into which its pods only put what is their own: so a large cluster is made quickly. */
const texts = new Map<number, readonly string[]>();

/** The JSON of one pod of a cluster with that many nodes. */
export function podText(index: number, nodes: number): string {
  const node = index % nodes;
  const place = Math.floor(index / nodes);
  const isDaemon = place % PER_NODE < DAEMONS;
  const workload = isDaemon ? -1 - (place % PER_NODE) : Math.floor(index / REPLICAS);
  const text = textsOf(workload);
  const suffix = index.toString(36).padStart(5, "0");
  const own: Readonly<Record<string, string>> = {
    [MARKS.pod]: `${nameOf(workload)}-${suffix}`,
    [MARKS.uid]: uid(2, index),
    [MARKS.node]: nodeName(node),
    [MARKS.token]: suffix,
    [MARKS.ip]: `10.${node >> 8}.${node & 255}.${place + 2}`,
  };
  return text.map((part) => own[part] ?? part).join("");
}

function textsOf(workload: number): readonly string[] {
  const known = texts.get(workload);
  if (known !== undefined) return known;
  const parts = JSON.stringify(workloadPod(workload)).split(/(@(?:pod|uid|node|token|ip)@)/);
  if (texts.size > 64) texts.clear();
  texts.set(workload, parts);
  return parts;
}

const nameOf = (workload: number): string =>
  workload < 0 ? `node-agent-${-workload}` : `service-${workload}-${((workload + 7) * 40503).toString(16)}`;

function workloadPod(workload: number): object {
  const daemon = workload < 0;
  const name = nameOf(workload);
  const labels = {
    app: daemon ? name : `service-${workload}`,
    "app.kubernetes.io/managed-by": "Helm",
    "app.kubernetes.io/part-of": `team-${Math.abs(workload) % 40}`,
    ...(daemon ? { "controller-revision-hash": "7c9d" } : { "pod-template-hash": name.slice(-8) }),
  };
  return {
    metadata: {
      name: MARKS.pod,
      generateName: `${name}-`,
      namespace: daemon ? "kube-system" : `team-${workload % 200}`,
      uid: MARKS.uid,
      resourceVersion: "123456789",
      creationTimestamp: T,
      labels,
      annotations: {
        "checksum/config": "0123456789abcdef".repeat(4),
        "prometheus.io/scrape": "true",
        "prometheus.io/port": "9090",
      },
      ownerReferences: [
        {
          apiVersion: "apps/v1",
          kind: daemon ? "DaemonSet" : "ReplicaSet",
          name,
          uid: uid(3, Math.abs(workload)),
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
      managedFields: [managed("kube-controller-manager", "", 45), managed("kubelet", "status", 30)],
    },
    spec: podSpec(workload, labels.app),
    status: podStatus(workload),
  };
}

function managed(manager: string, subresource: string, fields: number): object {
  const owned = Object.fromEntries(Array.from({ length: fields }, (_, i) => [`f:field${i}`, { ".": {} }]));
  return {
    manager,
    operation: "Update",
    apiVersion: "v1",
    time: T,
    fieldsType: "FieldsV1",
    fieldsV1: { "f:metadata": { "f:labels": owned }, "f:spec": owned },
    ...(subresource !== "" && { subresource }),
  };
}

const token = `kube-api-access-${MARKS.token}`;
const probe = (path: string) => ({
  httpGet: { path, port: 8080, scheme: "HTTP" },
  initialDelaySeconds: 5,
  timeoutSeconds: 1,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
});

const containersOf = (workload: number): readonly { name: string; requests: Record<string, string> }[] => [
  {
    name: "main",
    requests: {
      cpu: `${100 + 50 * (Math.abs(workload) % 8)}m`,
      memory: `${256 << (Math.abs(workload) % 3)}Mi`,
    },
  },
  ...(workload % 2 === 0 ? [{ name: "proxy", requests: { cpu: "20m", memory: "64Mi" } }] : []),
];

function podSpec(workload: number, app: string): object {
  const daemon = workload < 0;
  return {
    nodeName: MARKS.node,
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 30,
    dnsPolicy: "ClusterFirst",
    serviceAccountName: "default",
    schedulerName: "default-scheduler",
    priority: daemon ? 2_000_001_000 : 0,
    preemptionPolicy: "PreemptLowerPriority",
    enableServiceLinks: true,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    tolerations: ["not-ready", "unreachable"].map((key) => ({
      key: `node.kubernetes.io/${key}`,
      operator: "Exists",
      effect: "NoExecute",
      ...(!daemon && { tolerationSeconds: 300 }),
    })),
    ...(!daemon && workload % 20 === 0 && { affinity: { podAntiAffinity: apart(app) } }),
    containers: containersOf(workload).map(({ name, requests }) => ({
      name,
      image: `europe-docker.pkg.dev/shop/images/${app}-${name}:v1.2.3`,
      imagePullPolicy: "IfNotPresent",
      args: ["--config=/etc/config/config.yaml", "--log-level=info", "--listen=:8080"],
      env: Array.from({ length: 12 }, (_, i) => ({ name: `SETTING_${i}`, value: `value-of-setting-${i}` })),
      ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
      resources: { requests, limits: { memory: requests.memory } },
      livenessProbe: probe("/healthz"),
      readinessProbe: probe("/readyz"),
      terminationMessagePath: "/dev/termination-log",
      terminationMessagePolicy: "File",
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
      volumeMounts: [
        { name: "config", mountPath: "/etc/config" },
        { name: token, mountPath: "/var/run/secrets/kubernetes.io/serviceaccount", readOnly: true },
      ],
    })),
    volumes: [
      { name: "config", configMap: { name: `${app}-config`, defaultMode: 420 } },
      {
        name: token,
        projected: {
          defaultMode: 420,
          sources: [
            { serviceAccountToken: { expirationSeconds: 3607, path: "token" } },
            { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
          ],
        },
      },
    ],
  };
}

const apart = (app: string) => ({
  requiredDuringSchedulingIgnoredDuringExecution: [
    { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { app } } },
  ],
});

const podStatus = (workload: number): object => ({
  phase: "Running",
  hostIP: MARKS.ip,
  podIP: MARKS.ip,
  podIPs: [{ ip: MARKS.ip }],
  qosClass: "Burstable",
  startTime: T,
  conditions: ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"].map(
    (type) => ({ type, status: "True", lastProbeTime: null, lastTransitionTime: T }),
  ),
  containerStatuses: containersOf(workload).map(({ name, requests }) => ({
    name,
    ready: true,
    started: true,
    restartCount: 0,
    image: `europe-docker.pkg.dev/shop/images/${name}:v1.2.3`,
    imageID: `europe-docker.pkg.dev/shop/images/${name}@sha256:${"0123456789abcdef".repeat(4)}`,
    containerID: `containerd://${"fedcba9876543210".repeat(4)}`,
    state: { running: { startedAt: T } },
    lastState: {},
    allocatedResources: requests,
    resources: { requests, limits: { memory: requests.memory } },
  })),
});

const TEMPLATE = {
  metadata: { labels: { app: SHOP.name } },
  spec: {
    containers: [
      {
        name: "web",
        image: "shop/web:1",
        resources: { requests: { cpu: "500m", memory: "512Mi" } },
      },
    ],
  },
};

/** The Deployment that is checked. */
export const shopDeployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: {
    name: SHOP.name,
    namespace: SHOP.namespace,
    uid: SHOP_UID,
    resourceVersion: "1",
    generation: 1,
  },
  spec: {
    replicas: SHOP.replicas,
    selector: { matchLabels: { app: SHOP.name } },
    strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
    template: TEMPLATE,
  },
  status: {
    observedGeneration: 1,
    replicas: SHOP.replicas,
    updatedReplicas: SHOP.replicas,
    availableReplicas: SHOP.replicas,
    conditions: [{ type: "Available", status: "True", lastTransitionTime: T }],
  },
};

const SHOP_SET = {
  name: `${SHOP.name}-${SHOP.hash}`,
  uid: "00000000-0000-4000-8000-000000000002",
};

/** Its one ReplicaSet. */
export const shopReplicaSet = {
  metadata: {
    ...SHOP_SET,
    namespace: SHOP.namespace,
    creationTimestamp: T,
    resourceVersion: "1",
    labels: { app: SHOP.name, "pod-template-hash": SHOP.hash },
    annotations: { "deployment.kubernetes.io/revision": "1" },
    ownerReferences: [{ kind: "Deployment", name: SHOP.name, uid: SHOP_UID, controller: true }],
  },
  spec: {
    replicas: SHOP.replicas,
    template: {
      ...TEMPLATE,
      metadata: { labels: { app: SHOP.name, "pod-template-hash": SHOP.hash } },
    },
  },
  status: { replicas: SHOP.replicas, availableReplicas: SHOP.replicas },
};

/** One of its pods. */
export const shopPod = (index: number, nodes: number): object => ({
  metadata: {
    name: `${SHOP_SET.name}-${index.toString(36).padStart(5, "0")}`,
    namespace: SHOP.namespace,
    uid: uid(4, index),
    resourceVersion: "1",
    creationTimestamp: T,
    labels: shopReplicaSet.metadata.labels,
    ownerReferences: [{ kind: "ReplicaSet", ...SHOP_SET, controller: true }],
  },
  spec: { ...TEMPLATE.spec, priority: 0, nodeName: nodeName((index * 17) % nodes) },
  status: {
    phase: "Running",
    conditions: ["Ready", "PodScheduled"].map((type) => ({ type, status: "True", lastTransitionTime: T })),
  },
});
