import { readFile } from "node:fs/promises";
import type { KubernetesListObject, KubernetesObject } from "@kubernetes/client-node";
import { Agent } from "undici";
import type { Place } from "../cluster/control-plane.ts";
import { writeKubeconfig } from "../cluster/kubeconfig.ts";

/** Kinds that scenarios are made of, by where the API has them. */
const PATHS: Readonly<Record<string, { readonly group: string; readonly plural: string }>> = {
  Node: { group: "/api/v1", plural: "nodes" },
  Namespace: { group: "/api/v1", plural: "namespaces" },
  PersistentVolume: { group: "/api/v1", plural: "persistentvolumes" },
  Pod: { group: "/api/v1", plural: "pods" },
  ServiceAccount: { group: "/api/v1", plural: "serviceaccounts" },
  PersistentVolumeClaim: { group: "/api/v1", plural: "persistentvolumeclaims" },
  ResourceQuota: { group: "/api/v1", plural: "resourcequotas" },
  LimitRange: { group: "/api/v1", plural: "limitranges" },
  Deployment: { group: "/apis/apps/v1", plural: "deployments" },
  ReplicaSet: { group: "/apis/apps/v1", plural: "replicasets" },
  PriorityClass: { group: "/apis/scheduling.k8s.io/v1", plural: "priorityclasses" },
  RuntimeClass: { group: "/apis/node.k8s.io/v1", plural: "runtimeclasses" },
  StorageClass: { group: "/apis/storage.k8s.io/v1", plural: "storageclasses" },
  CSINode: { group: "/apis/storage.k8s.io/v1", plural: "csinodes" },
  CSIDriver: { group: "/apis/storage.k8s.io/v1", plural: "csidrivers" },
  PodDisruptionBudget: { group: "/apis/policy/v1", plural: "poddisruptionbudgets" },
  ClusterRole: { group: "/apis/rbac.authorization.k8s.io/v1", plural: "clusterroles" },
  ClusterRoleBinding: { group: "/apis/rbac.authorization.k8s.io/v1", plural: "clusterrolebindings" },
};

/** The API said no. */
export class ApiError extends Error {
  readonly code: number;
  /** What the API server answered. */
  readonly status: unknown;
  constructor(code: number, message: string, status: unknown) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** As much of the API as many scenarios at once need, by the administrator. */
export class Api implements AsyncDisposable {
  readonly place: Place;
  readonly #agent: Agent;
  readonly #authorization: string;

  static async join(place: Place): Promise<Api> {
    const ca = await readFile(`${place.directory}/certificates/apiserver.crt`, "utf8");
    return new Api(place, new Agent({ connections: 24, connect: { ca } }));
  }

  private constructor(place: Place, agent: Agent) {
    this.place = place;
    this.#agent = agent;
    this.#authorization = `Bearer ${place.secret}.${Buffer.from("admin").toString("base64url")}`;
  }

  /** Path of a kubeconfig: the administrator's, or that of a user who may do what RBAC gives. */
  kubeconfig(user = "admin"): Promise<string> {
    return writeKubeconfig(this.place, user, "default");
  }

  /** Whatever is at a path. */
  get<T>(path: string): Promise<T> {
    return this.send("GET", path);
  }

  create<T extends KubernetesObject>(object: T): Promise<T> {
    return this.send("POST", pathOf(object.kind, object.metadata?.namespace), object);
  }

  read<T>(kind: string, name: string, namespace?: string): Promise<T> {
    return this.send("GET", `${pathOf(kind, namespace)}/${name}`);
  }

  /** All objects of a kind, in all namespaces. */
  async list<T extends KubernetesObject>(kind: string, labelSelector = ""): Promise<T[]> {
    const path = `${pathOf(kind)}?labelSelector=${encodeURIComponent(labelSelector)}`;
    return (await this.send<KubernetesListObject<T>>("GET", path)).items;
  }

  /** A merge patch; `of` is `/status` for what its controller writes, `query` may ask for a dry run. */
  patch<T>(kind: string, name: string, namespace: string | undefined, change: object, of = ""): Promise<T> {
    return this.send(
      "PATCH",
      `${pathOf(kind, namespace)}/${name}${of}`,
      change,
      "application/merge-patch+json",
    );
  }

  /** A JSON patch. */
  jsonPatch<T>(
    kind: string,
    name: string,
    namespace: string | undefined,
    change: readonly object[],
    of = "",
  ): Promise<T> {
    return this.send(
      "PATCH",
      `${pathOf(kind, namespace)}/${name}${of}`,
      change,
      "application/json-patch+json",
    );
  }

  /** Deletes what is there. */
  async delete(kind: string, name: string, namespace?: string, grace?: number): Promise<void> {
    const query = grace === undefined ? "" : `?gracePeriodSeconds=${grace}`;
    await this.send("DELETE", `${pathOf(kind, namespace)}/${name}${query}`).catch(unlessGone);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.destroy();
  }

  /** One request. Throws `ApiError`. */
  async send<T>(method: string, path: string, body?: object, type = "application/json"): Promise<T> {
    const answer = await this.#agent.request({
      origin: this.place.server,
      method: method as "GET",
      path,
      headers: { authorization: this.#authorization, "content-type": type },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.body.text();
    if (answer.statusCode < 300) return JSON.parse(text) as T;
    const status = statusOf(text);
    throw new ApiError(answer.statusCode, `${method} ${path}: ${status.message}`, status);
  }
}

/** Does something with each of many, a few at a time. */
export async function each<T, R>(
  values: readonly T[],
  work: (value: T, index: number) => Promise<R>,
  atOnce = 16,
): Promise<R[]> {
  const results: R[] = [];
  const queue = values.entries();
  const worker = async () => {
    for (const [index, value] of queue) results[index] = await work(value, index);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, values.length) }, worker));
  return results;
}

/** Nothing is wrong when what was to go is gone. */
function unlessGone(error: unknown): undefined {
  if (error instanceof ApiError && error.code === 404) return undefined;
  throw error;
}

function pathOf(kind = "", namespace?: string): string {
  const found = PATHS[kind];
  if (found === undefined) throw new Error(`no scenario is made of a ${kind}`);
  return namespace === undefined
    ? `${found.group}/${found.plural}`
    : `${found.group}/namespaces/${namespace}/${found.plural}`;
}

function statusOf(text: string): { readonly message?: string } {
  try {
    return JSON.parse(text) as { message?: string };
  } catch {
    return { message: text };
  }
}
