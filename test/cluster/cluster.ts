import { KubeConfig, type KubernetesObject, type V1Node, type V1Pod } from "@kubernetes/client-node";
import type { Behaviour } from "./behaviour.ts";
import {
  type ControlPlane,
  type ControlPlaneOptions,
  type Place,
  startControlPlane,
} from "./control-plane.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { Kubelet } from "./kubelet.ts";
import { filler, type NodeOptions, nodeOf } from "./objects.ts";
import { ObjectsApi, type Ref, refOf } from "./objects-api.ts";
import { bindTo } from "./rbac.ts";

/** Starts a control plane of one's own: `await using cluster = await startCluster()`. */
export async function startCluster(options: ControlPlaneOptions = {}): Promise<Cluster> {
  const controlPlane = await startControlPlane(options);
  return Cluster.join(controlPlane.place, controlPlane);
}

/**
 * A real control plane with nodes whose pods do what the test says. The README beside this file shows it all.
 *
 * Nodes, behaviours and logs belong to this object and live in this process; several processes can join one
 * control plane, each with its own namespaces and nodes. Whatever was made here is gone after `stop()`.
 */
export class Cluster extends ObjectsApi implements AsyncDisposable {
  /** Label of the nodes made here, to be used as a `nodeSelector` where other tests share the control plane. */
  readonly pool: { readonly pool: string } = { pool: randomName("pool") };
  readonly #place: Place;
  readonly #controlPlane: ControlPlane | undefined;
  readonly #kubelet: Kubelet;
  readonly #made: Ref[] = [];

  /** Joins a running control plane; `stop()` ends it too when it is given. */
  static async join(place: Place, controlPlane?: ControlPlane): Promise<Cluster> {
    const config = new KubeConfig();
    config.loadFromFile(await writeKubeconfig(place, "admin", "default"));
    return new Cluster(place, controlPlane, config, await Kubelet.start(config, place.directory));
  }

  private constructor(
    place: Place,
    controlPlane: ControlPlane | undefined,
    config: KubeConfig,
    kubelet: Kubelet,
  ) {
    super(config);
    this.#place = place;
    this.#controlPlane = controlPlane;
    this.#kubelet = kubelet;
  }

  /** Path of a kubeconfig for the administrator, or for a user, who may do only what `user` gave. */
  kubeconfig(user = "admin", namespace = "default"): Promise<string> {
    return writeKubeconfig(this.#place, user, namespace);
  }

  /**
   * Gives a user exactly these rights in a namespace, and answers with the path of a kubeconfig for it. All
   * subjects become this user, the namespace of the workload this namespace.
   *
   * @param rbac path of a YAML file (`docs/rbac.yaml`), or objects
   */
  async user(name: string, namespace: string, rbac: string | readonly KubernetesObject[]): Promise<string> {
    const objects = bindTo(name, namespace, rbac);
    await this.apply(...objects);
    this.#made.push(...objects.filter(({ metadata }) => metadata?.namespace !== namespace).map(refOf));
    return this.kubeconfig(name, namespace);
  }

  /** Makes a namespace with its default ServiceAccount, and answers with its name. */
  async namespace(name: string = randomName("test")): Promise<string> {
    const ref = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
    await this.apply(ref);
    this.#made.push(ref);
    const account = {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "default", namespace: name },
    };
    await this.until(account, (found) => found !== undefined);
    return name;
  }

  /** Makes a node, Ready and without pods, and answers with its name. It carries the label of `pool`. */
  async node(options: NodeOptions): Promise<string> {
    const { name } = options;
    const node = nodeOf({ ...options, labels: { ...this.pool, ...options.labels } }, this.#kubelet.port);
    await this.create(node);
    this.#made.push(refOf(node));
    if (options.kubelet !== "kwok") this.#kubelet.serve(name);
    const isReady = (found: V1Node | undefined) =>
      found?.spec?.taints?.every((taint) => taint.key !== "node.kubernetes.io/not-ready") ??
      found !== undefined;
    await this.until<V1Node>(refOf(node), isReady);
    return name;
  }

  /** Removes a node and, at once, its pods. */
  async removeNode(name: string): Promise<void> {
    await this.delete({ apiVersion: "v1", kind: "Node", metadata: { name } });
    await this.#kubelet.leave(name);
  }

  /** Takes CPU on a node, as pods of others do. */
  async filler(node: string, cpu: string, namespace = "default"): Promise<V1Pod> {
    const pod = await this.create<V1Pod>(filler(node, cpu, namespace));
    this.#made.push(refOf(pod));
    return pod;
  }

  /**
   * Says what becomes of pods with an image, from the next pod on; the latest match wins. A string matches the
   * whole reference or its end after a `/`: `web:2` is any registry's. Without a rule pods are Ready at once.
   */
  behaviour(image: string | RegExp, behaviour: Behaviour): void {
    this.#kubelet.behave(image, behaviour);
  }

  /**
   * Says what containers with an image have logged. Who gets it follows the kubelet's rules: `previous` only once
   * the status has a `lastState`. Recordings bring their own.
   */
  logs(image: string | RegExp, texts: { readonly current?: string; readonly previous?: string }): void {
    this.#kubelet.log(image, texts);
  }

  /** Removes what was made here; ends the control plane when it was started for this object. */
  async stop(): Promise<void> {
    if (!this.#controlPlane) await this.#removeAll();
    await this.#kubelet.stop();
    await this.#controlPlane?.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** Namespaces first: nothing comes back in one that ends, and its pods go with their nodes. */
  async #removeAll(): Promise<void> {
    const [namespaces, others] = [
      this.#made.filter(isNamespace),
      this.#made.filter((made) => !isNamespace(made)),
    ];
    await Promise.all(namespaces.map((ref) => this.delete(ref)));
    for (const ref of others) {
      if (ref.kind === "Node") await this.removeNode(ref.metadata.name);
      else await this.delete(ref);
    }
  }
}

const isNamespace = ({ kind }: Ref) => kind === "Namespace";

const randomName = (prefix: string) => `${prefix}-${crypto.randomUUID().slice(0, 8)}`;
