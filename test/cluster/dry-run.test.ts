import type { KubernetesObject, V1Deployment } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readSnapshot } from "../../src/adapters/kubernetes/snapshot.ts";
import { readTarget } from "../../src/adapters/kubernetes/target.ts";
import { checkCapacity } from "../../src/core/capacity/check.ts";
import { quotaRoomOf } from "../../src/core/capacity/quota.ts";
import type { Snapshot } from "../../src/core/capacity/verdict.ts";
import type { Template } from "../../src/core/model/pod-spec.ts";
import type { Target } from "../../src/core/model/workload.ts";
import { planOf } from "../../src/core/plan.ts";
import { doorTo, never } from "../adapters/kubernetes/doors.ts";
import type { Cluster } from "./cluster.ts";
import { deployment } from "./objects.ts";
import { refOf } from "./objects-api.ts";
import { sharedCluster } from "./shared.ts";

let cluster: Cluster;

beforeAll(async () => {
  cluster = await sharedCluster();
  await cluster.node({ name: `${cluster.pool.pool}-1`, resources: { "ephemeral-storage": "10Gi" } });
});
afterAll(() => cluster.stop());

interface Running {
  readonly namespace: string;
  readonly snapshot: Snapshot;
  readonly target: Target;
  readonly next: Template;
}

const web = (namespace: string) =>
  ({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", namespace } }) as const;

/** Of the pod, and how many may come and go at once. */
type Spec = object & { readonly maxSurge?: number; readonly maxUnavailable?: number };

/** Two replicas of a Deployment that runs, and then objects beside it that were not there before. */
async function running(
  { maxSurge = 1, maxUnavailable = 0, ...spec }: Spec,
  ...later: readonly KubernetesObject[]
): Promise<string> {
  const namespace = await cluster.namespace();
  const plain = deployment({ name: "web", namespace, image: "web:1", nodeSelector: cluster.pool });
  const template = {
    metadata: plain.spec?.template.metadata,
    spec: { ...plain.spec?.template.spec, ...spec },
  };
  const strategy = { rollingUpdate: { maxSurge, maxUnavailable } };
  await cluster.create({ ...plain, spec: { ...plain.spec, strategy, template } } as never);
  await cluster.until<V1Deployment>(web(namespace), (found) => found?.status?.availableReplicas === 2);
  for (const object of later)
    await cluster.create({ ...object, metadata: { ...object.metadata, namespace } } as KubernetesObject);
  return namespace;
}

/** What the product reads before `web:2` is rolled out. */
async function read(namespace: string): Promise<Running> {
  const api = doorTo("https://cluster", {}, await cluster.kubeconfig());
  const target = await readTarget(api, { kind: "Deployment", namespace, name: "web" }, never);
  const { next } = planOf(target.workload, { kind: "named", images: new Map([["web", "web:2"]]) });
  return { namespace, target, next, snapshot: await readSnapshot(api, { target, next }, never) };
}

const quota = (hard: object, extra: object = {}): KubernetesObject =>
  ({
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "quota" },
    spec: { hard, ...extra },
  }) as KubernetesObject;

const container = (resources: object) => ({ containers: [{ name: "web", image: "web:1", resources }] });

const withoutName = (text: string | undefined): string | undefined => text?.replace(/"web-[^"]*"/, '"web-"');

/** What the controller says once the API has refused a pod of the new template. */
async function refusalOf({ namespace }: Running): Promise<string | undefined> {
  const spec = { template: { spec: { containers: [{ name: "web", image: "web:2" }] } } };
  const now = await cluster.get<V1Deployment>(web(namespace));
  const containers = now?.spec?.template.spec?.containers.map((each) => ({ ...each, image: "web:2" }));
  await cluster.patch(web(namespace), {
    spec: { template: { spec: { ...spec.template.spec, containers } } },
  });
  const failure = (found: V1Deployment | undefined) =>
    found?.status?.conditions?.find(({ type, status }) => type === "ReplicaFailure" && status === "True");
  return failure(await cluster.until<V1Deployment>(web(namespace), (found) => failure(found) !== undefined))
    ?.message;
}

describe("quotas", () => {
  test.each<[string, object, KubernetesObject]>([
    ["is full", container({ requests: { cpu: "100m" } }), quota({ "requests.cpu": "250m" })],
    [
      "is full of several resources",
      container({ requests: { cpu: "0.2", memory: "1.5Gi" }, limits: { memory: "2G" } }),
      quota({ cpu: "0.4", memory: "3Gi", "limits.memory": "5G", pods: "2" }),
    ],
    ["counts pods", container({}), quota({ "count/pods": "2" })],
    [
      "prints what was written",
      container({ requests: { memory: "128M" } }),
      quota({ "requests.memory": "256e6" }),
    ],
    [
      "keeps a text as it was written",
      container({ requests: { cpu: "0.05", memory: "1.250" } }),
      quota({ "requests.memory": "2.500", cpu: "1" }),
    ],
    ["is of BestEffort", container({}), quota({ pods: "2" }, { scopes: ["BestEffort"] })],
    [
      "is of a priority class",
      { ...container({}), priorityClassName: "system-node-critical" },
      quota(
        { pods: "2" },
        {
          scopeSelector: {
            matchExpressions: [
              { scopeName: "PriorityClass", operator: "In", values: ["system-node-critical"] },
            ],
          },
        },
      ),
    ],
    [
      "demands limits",
      container({ requests: { cpu: "1m" } }),
      quota({ "limits.cpu": "9", "limits.memory": "9Gi" }),
    ],
    [
      "counts disks",
      container({ requests: { "ephemeral-storage": "1Mi" } }),
      quota({ "requests.ephemeral-storage": "2Mi" }),
    ],
  ])("quotaRoomOf() predicts word for word what a quota says that %s", async (_, spec, object) => {
    const namespace = await running(spec, object);
    const counted = { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "quota", namespace } };
    await cluster.until<KubernetesObject & { status?: { used?: object } }>(
      counted,
      (found) => Object.keys(found?.status?.used ?? {}).length > 0,
    );
    const found = await read(namespace);
    expect(found.snapshot).toMatchObject({ admission: { kind: "admitted" }, gaps: [] });
    const room = quotaRoomOf(found.snapshot, found.target, found.next);
    expect(room.least(2)).toBe(0);
    const { verdict, reasons, completes } = checkCapacity(found.snapshot, found.target, found.next);
    expect({ verdict, reasons, completes }).toEqual({
      verdict: "WILL_STALL",
      reasons: [{ reason: "QuotaExceeded", message: room.message(2) }],
      completes: { at: 0, most: 0, of: 2 },
    });
    expect(withoutName(room.message(2))).toBe(withoutName(await refusalOf(found)));
  });

  test("checkCapacity() refuses no rollout through a full quota where an old pod goes first", async () => {
    const spec = { ...container({ requests: { cpu: "1m" } }), maxSurge: 0, maxUnavailable: 1 };
    const { snapshot, target, next } = await read(await running(spec, quota({ pods: "2" })));
    expect(snapshot).toMatchObject({ admission: { kind: "admitted" }, gaps: [] });
    expect([2, 1, 0].map(quotaRoomOf(snapshot, target, next).least)).toEqual([0, 1, 2]);
    // It goes on only after the controller has asked again, which may take it minutes.
    expect(checkCapacity(snapshot, target, next).verdict).toBe("DEPENDS");
  });

  test("quotaRoomOf() finds room in a quota of other pods", async () => {
    const namespace = await running(
      container({ requests: { cpu: "1m" } }),
      quota({ pods: "2" }, { scopes: ["BestEffort"] }),
    );
    const { snapshot, target, next } = await read(namespace);
    expect(quotaRoomOf(snapshot, target, next).least(2)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("dry runs", () => {
  const label = (namespace: string, labels: object) =>
    cluster.patch(
      { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
      { metadata: { labels } },
    );

  test("readSnapshot() hears what Pod Security warns of, and that it refuses the current pod too", async () => {
    const namespace = await running({});
    await label(namespace, {
      "pod-security.kubernetes.io/enforce": "restricted",
      "pod-security.kubernetes.io/warn": "restricted",
    });
    const { snapshot } = await read(namespace);
    expect(snapshot.warnings).toEqual([
      expect.stringMatching(/^would violate PodSecurity "restricted:latest": /),
    ]);
    expect(snapshot.admission).toEqual({
      kind: "denied",
      message: expect.stringMatching(/ is forbidden: violates PodSecurity "restricted:latest": /),
      currentPasses: false,
    });
  });

  const hook = (name: string, url: string): KubernetesObject =>
    ({
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      metadata: { name },
      webhooks: [
        {
          name: `${name}.example.com`,
          admissionReviewVersions: ["v1"],
          sideEffects: "None",
          timeoutSeconds: 1,
          clientConfig: { url },
          namespaceSelector: { matchLabels: { hooked: name } },
          rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
        },
      ],
    }) as KubernetesObject;

  test("readSnapshot() takes a webhook that does not answer for no denial", async () => {
    const name = `hook-${crypto.randomUUID().slice(0, 8)}`;
    const namespace = await running({});
    const configuration = hook(name, "https://127.0.0.1:1/");
    await cluster.create(configuration);
    try {
      await label(namespace, { hooked: name });
      await expect.poll(async () => (await read(namespace)).snapshot.admission.kind).toBe("not-asked");
      const { snapshot } = await read(namespace);
      expect(snapshot.gaps).toEqual([
        {
          what: "admission of the new pod",
          why: expect.stringContaining("failed calling webhook"),
          takesRoom: true,
        },
      ]);
    } finally {
      await cluster.delete(refOf(configuration));
    }
  });

  test.each([
    ["deployments", "object.spec.template.spec.containers.all(c, c.image != 'web:2')", true],
    ["pods", "object.spec.containers.all(c, c.image != 'web:2')", true],
    ["pods", "object.spec.containers.all(c, c.image == 'other')", false],
  ])("readSnapshot() hears a policy for %s that demands %s", async (resource, expression, currentPasses) => {
    const name = `policy-${crypto.randomUUID().slice(0, 8)}`;
    const namespace = await running({});
    const group = resource === "pods" ? "" : "apps";
    const rule = {
      apiGroups: [group],
      apiVersions: ["v1"],
      operations: ["CREATE", "UPDATE"],
      resources: [resource],
    };
    const policy = {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingAdmissionPolicy",
      metadata: { name },
      spec: {
        matchConstraints: { resourceRules: [rule] },
        validations: [{ expression, message: "not this image" }],
      },
    };
    const binding = {
      ...policy,
      kind: "ValidatingAdmissionPolicyBinding",
      spec: {
        policyName: name,
        validationActions: ["Deny"],
        matchResources: { namespaceSelector: { matchLabels: { policed: name } } },
      },
    };
    await cluster.create(policy as KubernetesObject);
    await cluster.create(binding as KubernetesObject);
    try {
      await label(namespace, { policed: name });
      await expect.poll(async () => (await read(namespace)).snapshot.admission.kind).toBe("denied");
      expect((await read(namespace)).snapshot.admission).toEqual({
        kind: "denied",
        message: expect.stringContaining(
          `ValidatingAdmissionPolicy '${name}' with binding '${name}' denied request: not this image`,
        ),
        currentPasses,
      });
    } finally {
      await cluster.delete(binding);
      await cluster.delete(policy);
    }
  });
});
