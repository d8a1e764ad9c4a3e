import { describe, expect, test } from "vitest";
import { toReplicaSet, toWorkload } from "../../../src/adapters/kubernetes/decode.ts";
import { toPod } from "../../../src/adapters/kubernetes/decode-pod.ts";
import { type NewPod, readNewPod } from "../../../src/adapters/kubernetes/new-pod.ts";
import type { Pod } from "../../../src/core/model/pod.ts";
import type { Template } from "../../../src/core/model/pod-spec.ts";
import { doorTo, never } from "./doors.ts";
import { type Answer, byPath, type FakeApi, inTurn, json, refuse, serveApi } from "./fake-api.ts";
import { deployment, replicaSet } from "./fake-workload.ts";

const PODS = "/api/v1/namespaces/shop/pods";
const REVIEW = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
const LIMITS = "/api/v1/namespaces/shop/limitranges";
const WORKLOAD = "/apis/apps/v1/namespaces/shop/deployments/web";
const QUOTAS = "/api/v1/namespaces/shop/resourcequotas";
const PRIORITIES = "/apis/scheduling.k8s.io/v1/priorityclasses";
const RUNTIMES = "/apis/node.k8s.io/v1/runtimeclasses";
const NAMESPACE = "/api/v1/namespaces/shop";

const list = (...items: object[]) => json({ metadata: {}, items });
const denial = (message: string, code = 403) => refuse(code, { reason: "Forbidden", message });
const forbidden = denial('pods is forbidden: User "ci" cannot do this');
const LACKING = json({ status: { allowed: false } }, 201);

/** Admits a pod as it is. */
const admit: Answer = (response, got) => {
  const { metadata, spec } = JSON.parse(got.body);
  json({ metadata, spec }, 201)(response, got);
};
/** Takes the change of the template as it is. */
const take: Answer = (response, got) => {
  const [{ value }] = JSON.parse(got.body);
  json({ spec: { template: value } })(response, got);
};

const usual: Readonly<Record<string, Answer>> = {
  [PODS]: admit,
  [REVIEW]: json({ status: { allowed: true } }, 201),
  [LIMITS]: list(),
  [WORKLOAD]: take,
  [QUOTAS]: list(),
  [PRIORITIES]: list(),
  [NAMESPACE]: json({ metadata: { name: "shop" } }),
};

const withImage = (image: string, more: object = {}) =>
  toWorkload({
    ...deployment(),
    spec: {
      ...deployment().spec,
      template: {
        metadata: { labels: { app: "web" } },
        spec: { containers: [{ name: "web", image }], ...more },
      },
    },
  } as never).template;
const next = withImage("web:2");

/** A pod that runs, as admission left it; `added` is what admission did to it. */
const runs = (added: object = {}) =>
  toPod({
    metadata: {
      name: "web-a-1",
      ownerReferences: [{ kind: "ReplicaSet", uid: "web-a-uid", controller: true }],
    },
    spec: {
      containers: [{ name: "web", image: "web:1" }],
      priority: 0,
      preemptionPolicy: "PreemptLowerPriority",
      tolerations: ["not-ready", "unreachable"].map((name) => ({
        key: `node.kubernetes.io/${name}`,
        operator: "Exists",
        effect: "NoExecute",
        tolerationSeconds: 300,
      })),
      ...added,
    },
    status: { phase: "Running" },
  } as never);

async function newPod(
  answers: Readonly<Record<string, Answer>>,
  pods = [runs()],
  changed = next,
  template: object = deployment().spec.template,
  replicas = 1,
): Promise<{ found: NewPod; api: FakeApi }> {
  const api = await serveApi(byPath({ ...usual, ...answers }));
  const target = {
    workload: toWorkload({ ...deployment(), spec: { ...deployment().spec, template, replicas } } as never),
    replicaSets: [toReplicaSet({ ...replicaSet("web-a"), spec: { replicas: 1, template } } as never)],
    pods,
  };
  return { found: await readNewPod(doorTo(api.url), { target, next: changed }, never), api };
}

const EXCEEDED =
  'pods "web-a-x" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2';
const DEMANDED = 'pods "web-a-x" is forbidden: failed quota: q: must specify limits.cpu for: web';
const POLICY = 'admission webhook "policy.example" denied the request: not this image';

describe("readNewPod()", () => {
  test("readNewPod() asks for the change first, then for a pod of what webhooks make of it", async () => {
    const { found, api } = await newPod({
      [WORKLOAD]: json({
        spec: {
          template: {
            metadata: { labels: { app: "web", added: "yes" } },
            spec: { containers: [{ name: "web", image: "mirror/web:2" }] },
          },
        },
      }),
    });
    const [change, pod] = api.got.filter(({ method }) => method === "PATCH" || method === "POST");
    expect([change?.method, change?.path, change?.query.get("dryRun")]).toEqual(["PATCH", WORKLOAD, "All"]);
    expect(JSON.parse(change?.body ?? "")).toEqual([
      { op: "replace", path: "/spec/template", value: JSON.parse(next.json) },
    ]);
    expect([pod?.path, pod?.query.get("dryRun")]).toEqual([PODS, "All"]);
    expect(JSON.parse(pod?.body ?? "").spec.containers[0].image).toBe("mirror/web:2");
    expect(found.labels).toEqual({ app: "web", added: "yes", "pod-template-hash": "dry-run" });
  });

  test("readNewPod() passes on what the API warns of", async () => {
    const warn: Answer = (response, got) => {
      response.setHeader(
        "warning",
        '299 - "would violate PodSecurity \\"restricted:latest\\": runAsNonRoot != true"',
      );
      take(response, got);
    };
    const { found } = await newPod({ [WORKLOAD]: warn });
    expect(found.warnings).toEqual(['would violate PodSecurity "restricted:latest": runAsNonRoot != true']);
    expect((await newPod({})).found.warnings).toEqual([]);
  });

  test.each([
    ["passes", take, true],
    ["is denied too", denial(POLICY), false],
  ])(
    "readNewPod() tells a denial of the change, and that the current template %s",
    async (_, current, currentPasses) => {
      const { found } = await newPod({ [WORKLOAD]: inTurn(denial(POLICY), current) });
      expect(found.admission).toEqual({ kind: "denied", message: POLICY, currentPasses });
    },
  );

  test("readNewPod() leaves a full quota to what the quota counts, and knows the pod by one that runs", async () => {
    const { found } = await newPod({ [PODS]: denial(EXCEEDED) });
    expect(found).toMatchObject({ admission: { kind: "admitted" }, gaps: [] });
    expect(found.pod.tolerations).toHaveLength(2);
  });

  test.each([
    ["something else changed the pod that runs", [runs({ nodeSelector: { pool: "a" } })]],
    ["no pod runs", []],
  ])("readNewPod() does not know what webhooks do when a quota is full and %s", async (_, pods) => {
    const { found } = await newPod({ [PODS]: denial(EXCEEDED) }, pods);
    expect(found.gaps).toEqual([
      {
        what: "admission of the new pod",
        why: "a quota refuses it as of now, so what webhooks would change is not known",
        takesRoom: true,
      },
    ]);
    expect(found.admission.kind).toBe("not-asked");
  });

  test.each([EXCEEDED, DEMANDED])(
    "readNewPod() does not take a webhook for the quota that it quotes: %s",
    async (text) => {
      const message = `admission webhook "quota.example" denied the request: ${text}`;
      const both = await newPod({ [PODS]: denial(message) });
      expect(both.found.admission).toEqual({ kind: "denied", message, currentPasses: false });
      const only = await newPod({ [PODS]: inTurn(denial(message), admit) });
      expect(only.found.admission).toEqual({ kind: "denied", message, currentPasses: true });
    },
  );

  test("readNewPod() takes a full quota that may not be read for any other denial", async () => {
    const { found } = await newPod({ [PODS]: denial(EXCEEDED), [QUOTAS]: forbidden });
    expect(found.admission).toEqual({ kind: "denied", message: EXCEEDED, currentPasses: false });
    expect(found.gaps).toMatchObject([{ what: "ResourceQuotas", takesRoom: true }]);
  });

  test("readNewPod() takes what a quota demands for a denial only where the current pod has it", async () => {
    const only = await newPod({ [PODS]: inTurn(denial(DEMANDED), admit) });
    expect(only.found.admission).toEqual({ kind: "denied", message: DEMANDED, currentPasses: true });
    const full = await newPod({ [PODS]: inTurn(denial(DEMANDED), denial(EXCEEDED)) });
    expect(full.found.admission).toMatchObject({ kind: "denied", currentPasses: true });
    const both = await newPod({ [PODS]: denial(DEMANDED) });
    expect(both.found.admission).toEqual({ kind: "admitted" });
  });

  test("readNewPod() lets a current pod pass that only a full quota refuses", async () => {
    const { found } = await newPod({ [PODS]: inTurn(denial(POLICY), denial(EXCEEDED)) });
    expect(found.admission).toEqual({ kind: "denied", message: POLICY, currentPasses: true });
  });

  test("readNewPod() knows the RuntimeClass that only the new template names", async () => {
    const overhead = { podFixed: { cpu: "250m" } };
    const sandbox = list({ metadata: { name: "sandbox" }, handler: "sandbox", overhead });
    const lacking = { [PODS]: forbidden, [REVIEW]: LACKING, [RUNTIMES]: sandbox };
    const changed = withImage("web:2", { runtimeClassName: "sandbox" });
    const { found } = await newPod(lacking, [], changed);
    expect(found.admission.kind).toBe("not-asked");
    expect(found.pod.overhead.get("cpu")).toBe(250_000_000n);
    const unknown = withImage("web:2", { runtimeClassName: "other" });
    expect((await newPod(lacking, [], unknown)).found.admission.kind).toBe("denied");
  });

  test("readNewPod() knows of no denial where no pod is wanted, but of that of the workload", async () => {
    const none: [Pod[], Template, undefined, number] = [[], next, undefined, 0];
    const denied = await newPod({ [PODS]: inTurn(denial(POLICY), admit) }, ...none);
    expect(denied.found.admission).toEqual({ kind: "admitted" });
    const { found } = await newPod({ [WORKLOAD]: inTurn(denial(POLICY), json(deployment())) }, ...none);
    expect(found.admission).toMatchObject({ kind: "denied", message: POLICY });
  });

  test("readNewPod() tells a denial that the current template gets as well, even one by the API's own rules", async () => {
    const capped = { metadata: { name: "l" }, spec: { limits: [{ type: "Pod", max: { cpu: "1" } }] } };
    const text = 'pods "x" is forbidden: maximum cpu usage per Pod is 1.  No limit is specified';
    const { found } = await newPod({ [PODS]: denial(text), [LIMITS]: list(capped) });
    expect(found.admission).toEqual({ kind: "denied", message: text, currentPasses: false });
  });

  test.each([
    ["supports no dry run", denial('admission webhook "p.example" does not support dry run', 400)],
    ["does not answer", denial('Internal error occurred: failed calling webhook "p.example": timeout', 500)],
    [
      "is a quota that is not counted yet",
      denial('pods "x" is forbidden: status unknown for quota: q, resources: pods'),
    ],
  ])("readNewPod() takes no answer for a denial where who has a say %s", async (_, answer) => {
    const pod = (await newPod({ [PODS]: answer })).found;
    expect(pod.admission.kind).toBe("not-asked");
    expect(pod.gaps).toMatchObject([{ what: "admission of the new pod", takesRoom: true }]);
    const change = (await newPod({ [WORKLOAD]: answer })).found;
    expect(change.admission.kind).toBe("admitted");
    expect(change.gaps).toMatchObject([{ what: "dry run of the change", takesRoom: true }]);
  });

  test("readNewPod() takes a webhook at its word, whatever code it chose", async () => {
    const { found } = await newPod({ [PODS]: inTurn(denial(POLICY, 409), admit) });
    expect(found.admission).toEqual({ kind: "denied", message: POLICY, currentPasses: true });
  });

  test("readNewPod() names what Pod Security enforces where no pod may be asked for", async () => {
    const labels = { "pod-security.kubernetes.io/enforce": "baseline" };
    const lacking = { [PODS]: forbidden, [REVIEW]: LACKING };
    const { found } = await newPod({ ...lacking, [NAMESPACE]: json({ metadata: { labels } }) });
    expect(found.admission.kind).toBe("not-asked");
    expect(found.gaps[0]?.why).toMatch(/; namespace shop enforces Pod Security "baseline:latest"$/);
    for (const answer of [json({ metadata: {} }), forbidden]) {
      const silent = await newPod({ ...lacking, [NAMESPACE]: answer });
      expect(silent.found.gaps[0]?.why).not.toMatch(/Pod Security "/);
    }
  });

  test("readNewPod() applies the API's own rules where no pod may be asked for", async () => {
    const range = { metadata: { name: "l" }, spec: { limits: [{ type: "Container", min: { cpu: "1" } }] } };
    const capped = { ...range, spec: { limits: [{ type: "Pod", max: { cpu: "1" } }] } };
    const lacking = { [PODS]: forbidden, [REVIEW]: LACKING };
    expect((await newPod({ ...lacking, [LIMITS]: list(range) })).found.admission.kind).toBe("not-asked");
    expect((await newPod({ ...lacking, [LIMITS]: list(capped) })).found.admission).toEqual({
      kind: "denied",
      message: 'pods "web-" is forbidden: maximum cpu usage per Pod is 1.  No limit is specified',
      currentPasses: false,
    });
  });

  test.each<[string, string, number, true | undefined]>([
    ["asks for less than its template", "500m", 0, undefined],
    ["has a priority that no rule gives it", "1", 1000, undefined],
    ["asks for more than its template", "2", 0, true],
  ])(
    "readNewPod() knows what unasked admission hides by a pod that runs and %s",
    async (_, cpu, priority, takesRoom) => {
      const asking = (image: string, amount: string) => ({
        containers: [{ name: "web", image, resources: { requests: { cpu: amount } } }],
      });
      const template = { metadata: { labels: { app: "web" } }, spec: asking("web:1", "1") };
      for (const answers of [{ [PODS]: forbidden, [REVIEW]: LACKING }, { [PODS]: denial(EXCEEDED) }]) {
        const pods = [runs({ ...asking("web:1", cpu), priority })];
        const changed = withImage("web:2", asking("web:2", "1"));
        const { found } = await newPod({ ...answers, [PRIORITIES]: forbidden }, pods, changed, template);
        expect(found.gaps.map((gap) => gap.takesRoom)).toEqual([takesRoom]);
      }
    },
  );

  test("readNewPod() has no gap for a change that it may not make, for then none is made", async () => {
    const { found } = await newPod({
      [WORKLOAD]: forbidden,
      [REVIEW]: LACKING,
    });
    expect(found).toMatchObject({ admission: { kind: "admitted" }, gaps: [] });
  });
});
