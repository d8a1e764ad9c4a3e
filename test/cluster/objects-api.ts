import { setTimeout as delay } from "node:timers/promises";
import {
  ApiException,
  type KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  PatchStrategy,
} from "@kubernetes/client-node";

/** Names one object. */
export type Ref = Required<Pick<KubernetesObject, "apiVersion" | "kind">> & {
  readonly metadata: { readonly name: string; readonly namespace?: string };
};

/** Names the object itself. */
export const refOf = ({ apiVersion = "v1", kind = "", metadata }: KubernetesObject): Ref => ({
  apiVersion,
  kind,
  metadata: { name: metadata?.name ?? "", ...(metadata?.namespace && { namespace: metadata.namespace }) },
});

/** Objects of any kind in a cluster, by the administrator. */
export class ObjectsApi {
  readonly #api: KubernetesObjectApi;

  constructor(config: KubeConfig) {
    this.#api = KubernetesObjectApi.makeApiClient(config);
  }

  /** Creates an object, and answers with it as the API server made it. */
  create<T extends KubernetesObject>(object: T): Promise<T> {
    return this.#api.create(object);
  }

  /** Creates or changes objects (server-side apply), one after the other. */
  async apply(...objects: readonly KubernetesObject[]): Promise<void> {
    for (const object of objects) {
      await this.#api.patch(object, undefined, undefined, "test", true, PatchStrategy.ServerSideApply);
    }
  }

  /** The object, or undefined when there is none. */
  async get<T extends KubernetesObject>(ref: Ref): Promise<T | undefined> {
    return (this.#api.read(ref) as Promise<T>).catch(undefinedWhenAbsent);
  }

  /** Changes an object by a merge patch. */
  async patch(ref: Ref, change: object): Promise<void> {
    const patch = {
      ...change,
      ...ref,
      metadata: { ...("metadata" in change ? Object(change.metadata) : {}), ...ref.metadata },
    };
    await this.#api.patch(patch, undefined, undefined, "test", undefined, PatchStrategy.MergePatch);
  }

  /** Deletes an object, when it is there, and in the background what it owns. */
  async delete(ref: Ref): Promise<void> {
    await this.#api.delete(ref).catch(undefinedWhenAbsent);
  }

  /**
   * Waits until an object is as wanted, and answers with it.
   *
   * @throws Error with its last state after `timeoutMs`
   */
  async until<T extends KubernetesObject>(
    ref: Ref,
    isWanted: (object: T | undefined) => boolean,
    timeoutMs = 30_000,
  ): Promise<T | undefined> {
    const end = performance.now() + timeoutMs;
    for (;;) {
      const object = await this.get<T>(ref);
      if (isWanted(object)) return object;
      if (performance.now() > end) {
        throw new Error(
          `${ref.kind} ${ref.metadata.name} is not as wanted: ${JSON.stringify(object, undefined, 1)}`,
        );
      }
      await delay(50);
    }
  }
}

function undefinedWhenAbsent(error: unknown): undefined {
  if (error instanceof ApiException && error.code === 404) return undefined;
  throw error;
}
