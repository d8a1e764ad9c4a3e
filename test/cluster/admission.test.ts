import type { KubernetesObject } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Api } from "../../src/adapters/kubernetes/api.ts";
import { dryRunPod } from "../../src/adapters/kubernetes/dry-run.ts";
import { readLocally } from "../../src/adapters/kubernetes/local-admission.ts";
import { readTarget } from "../../src/adapters/kubernetes/target.ts";
import { chargeOf } from "../../src/core/capacity/admission/charge.ts";
import type { PodSpec } from "../../src/core/model/pod-spec.ts";
import { formatQuantity } from "../../src/core/quantity.ts";
import { doorTo, never } from "../adapters/kubernetes/doors.ts";
import { CLASSES, SHAPES, type Shape } from "./admission-shapes.ts";
import type { Cluster } from "./cluster.ts";
import { deployment } from "./objects.ts";
import { sharedCluster } from "./shared.ts";

let cluster: Cluster;

beforeAll(async () => {
  cluster = await sharedCluster();
  await cluster.apply(...CLASSES);
});
afterAll(async () => {
  for (const { apiVersion = "", kind = "", metadata } of CLASSES)
    await cluster.delete({ apiVersion, kind, metadata: { name: metadata?.name ?? "" } });
  await cluster.stop();
});

const door = async (): Promise<Api> => doorTo("https://cluster", {}, await cluster.kubeconfig());

/** A Deployment without pods in a namespace of its own, with its LimitRange. */
async function made({ spec, limits }: Shape): Promise<string> {
  const namespace = await cluster.namespace();
  if (limits !== undefined) {
    const range = { apiVersion: "v1", kind: "LimitRange", metadata: { name: "range", namespace } };
    await cluster.create({ ...range, spec: { limits } } as KubernetesObject);
  }
  const plain = deployment({ name: "web", namespace, image: "web:1", replicas: 0 });
  const template = { ...plain.spec?.template, spec: { automountServiceAccountToken: false, ...spec } };
  await cluster.create({ ...plain, spec: { ...plain.spec, template } } as never);
  return namespace;
}

/** All that decides where the pod may run and what it takes there, printable. */
function judged(spec: PodSpec): unknown {
  const { tolerations, admission, volumes: _, ...rest } = spec as PodSpec & { volumes?: unknown };
  const charge = [...chargeOf(spec)].map(([name, written]) => `${name}=${formatQuantity(written)}`);
  const sorted = tolerations.map((each) => JSON.stringify(each)).toSorted();
  const { priorityClassName, runtimeClassName, activeDeadline, crossNamespace } = admission ?? {};
  const classes = { priorityClassName, runtimeClassName, activeDeadline, crossNamespace };
  return { ...rest, tolerations: sorted, charge: charge.toSorted(), ...classes };
}

const withoutName = (text: string): string => text.replace(/"web-[^"]*"/, '"web-"');

describe("admission by the API's own rules", () => {
  test.each(SHAPES)("admitLocally() does what the API server does to a pod with $name", async (shape) => {
    const ref = { kind: "Deployment", namespace: await made(shape), name: "web" } as const;
    const api = await door();
    const target = await readTarget(api, ref, never);
    const template = target.workload.template;
    const local = await readLocally(api, { target, next: template }, never);
    const { spec, refusal, gaps } = local.admit(template);
    expect([...local.gaps, ...gaps]).toEqual([]);
    const answer = await dryRunPod(api, target, template, never);
    if (answer.kind === "denied") {
      expect(withoutName(refusal)).toBe(withoutName(answer.message));
      return;
    }
    expect(answer).toMatchObject({ kind: "admitted" });
    expect(refusal).toBe("");
    if (answer.kind === "admitted") expect(judged(spec)).toEqual(judged(answer.result.pod));
  });
});
