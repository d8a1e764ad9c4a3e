import type {
  KubernetesObject,
  V1Deployment,
  V1ObjectMeta,
  V1PodTemplateSpec,
} from "@kubernetes/client-node";
import { type Api, ApiError } from "./api.ts";

/** The answer of the API to one request, by which it can be given again. */
export interface Answer {
  readonly code: number;
  readonly body: unknown;
}

/** All that the product could read at one moment, as the API server wrote it. */
export interface World {
  readonly takenAt: number;
  readonly version: unknown;
  /** Objects by the path of the collection in all namespaces, `/api/v1/pods`. */
  readonly collections: Readonly<Record<string, readonly KubernetesObject[]>>;
}

/** What a dry run of a pod answers. `spec`: of the pod that was sent, as `specKey` writes it. */
export interface DryRunAnswer extends Answer {
  readonly namespace: string;
  readonly spec: string;
}

const COLLECTIONS = [
  "/api/v1/nodes",
  "/api/v1/pods",
  "/api/v1/namespaces",
  "/api/v1/resourcequotas",
  "/api/v1/limitranges",
  "/api/v1/persistentvolumes",
  "/api/v1/persistentvolumeclaims",
  "/apis/apps/v1/deployments",
  "/apis/apps/v1/replicasets",
  "/apis/scheduling.k8s.io/v1/priorityclasses",
  "/apis/node.k8s.io/v1/runtimeclasses",
  "/apis/storage.k8s.io/v1/storageclasses",
  "/apis/storage.k8s.io/v1/csinodes",
  "/apis/storage.k8s.io/v1/csidrivers",
  "/apis/storage.k8s.io/v1/csistoragecapacities",
  "/apis/storage.k8s.io/v1/volumeattachments",
  "/apis/resource.k8s.io/v1/deviceclasses",
];

/** Reads everything once. */
export async function capture(api: Api): Promise<World> {
  const collections: Record<string, readonly KubernetesObject[]> = {};
  for (const path of COLLECTIONS) {
    const { apiVersion, kind, items } = await api.get<{
      apiVersion: string;
      kind: string;
      items: KubernetesObject[];
    }>(path);
    collections[path] = items.map((item) =>
      withoutFields({ apiVersion, kind: kind.replace(/List$/, ""), ...item }),
    );
  }
  return { takenAt: Date.now(), version: await api.get("/version"), collections };
}

/** Lets the API admit a pod of a template, as the controller would create it, without creating it. */
export async function dryRunOf(api: Api, deployment: V1Deployment): Promise<DryRunAnswer> {
  const { namespace = "" } = deployment.metadata ?? {};
  const template = deployment.spec?.template as V1PodTemplateSpec;
  const metadata: V1ObjectMeta = { ...template.metadata, namespace, generateName: "web-conformance-" };
  const pod = { apiVersion: "v1", kind: "Pod", metadata, spec: template.spec };
  const spec = specKey(template.spec);
  try {
    const body = await api.send("POST", `/api/v1/namespaces/${namespace}/pods?dryRun=All`, pod);
    return { namespace, spec, code: 201, body };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { namespace, spec, code: error.code, body: error.status };
  }
}

/** A text that is the same for the same pod spec, however its fields are ordered. */
export const specKey = (spec: unknown): string =>
  JSON.stringify(spec, (_key, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)))
      : value,
  );

function withoutFields<T extends KubernetesObject>(object: T): T {
  const { managedFields: _, ...metadata } = object.metadata ?? {};
  return { ...object, metadata };
}
