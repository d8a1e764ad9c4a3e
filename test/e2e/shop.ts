import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type {
  KubernetesObject,
  V1Container,
  V1Deployment,
  V1DeploymentStrategy,
  V1PodSpec,
} from "@kubernetes/client-node";
import { parseAllDocuments } from "yaml";
import type { Cluster } from "../cluster/cluster.ts";
import { type Ended, runAction, startAction } from "./action.ts";

const RBAC = resolve(import.meta.dirname, "../../docs/rbac.yaml");
const REGISTRY = "europe-docker.pkg.dev/shop/web";

/** What a test wants otherwise of the shop's Deployment. */
interface ShopOptions {
  readonly replicas?: number;
  readonly strategy?: V1DeploymentStrategy;
  readonly containers?: readonly Partial<V1Container>[];
  readonly podSpec?: Partial<V1PodSpec>;
  readonly tag?: string;
  /** CPU of its one node. */
  readonly cpu?: string;
  /** Which of the documented rules the deployer has. */
  readonly rbac?: (objects: KubernetesObject[]) => KubernetesObject[];
  /** Waits until it is available; `false` for a workload that is not to become so. */
  readonly healthy?: boolean;
}

/**
 * A namespace with deployment/web on a node of its own, and a deployer who has exactly the rights of
 * docs/rbac.yaml. Images are `web:TAG`; what becomes of a tag is `cluster.behaviour(image(TAG), …)`.
 */
export class Shop {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly node: string;
  readonly kubeconfig: string;

  static async open(cluster: Cluster, options: ShopOptions = {}): Promise<Shop> {
    const namespace = await cluster.namespace();
    const node = await cluster.node({
      name: `node-${namespace}`,
      cpu: options.cpu ?? "4",
      labels: { shop: namespace },
    });
    const user = `deployer-${namespace}`;
    const rights = (options.rbac ?? ((all) => all))(documentedRights());
    const shop = new Shop(cluster, {
      namespace,
      node,
      kubeconfig: await cluster.user(user, namespace, rights),
    });
    await cluster.apply(shop.#deployment(options));
    if (options.healthy ?? (options.replicas ?? 2) > 0) {
      await shop.until((web) => web?.status?.availableReplicas === (options.replicas ?? 2));
    }
    return shop;
  }

  private constructor(cluster: Cluster, place: { namespace: string; node: string; kubeconfig: string }) {
    this.cluster = cluster;
    this.namespace = place.namespace;
    this.node = place.node;
    this.kubeconfig = place.kubeconfig;
  }

  /** Reference of a tag that belongs to this shop alone, so that its behaviour does too. */
  image(tag: string): string {
    return `${REGISTRY}/${this.namespace}:${tag}`;
  }

  get #ref() {
    return {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web", namespace: this.namespace },
    };
  }

  /** The Deployment as it is now. */
  web(): Promise<V1Deployment | undefined> {
    return this.cluster.get<V1Deployment>(this.#ref);
  }

  /** Image of the first container, as it is now. */
  async imageNow(): Promise<string | undefined> {
    return (await this.web())?.spec?.template.spec?.containers[0]?.image;
  }

  /** Waits until the Deployment is as wanted. */
  until(isWanted: (web: V1Deployment | undefined) => boolean): Promise<V1Deployment | undefined> {
    return this.cluster.until<V1Deployment>(this.#ref, isWanted);
  }

  /** Changes the Deployment, as somebody else would. */
  patch(change: object): Promise<void> {
    return this.cluster.patch(this.#ref, change);
  }

  /** Inputs of a run that rolls out a tag; the waits are short, the verdict times are the product's. */
  inputs(tag: string, inputs: Record<string, string> = {}): Record<string, string> {
    return {
      kubeconfig: this.kubeconfig,
      namespace: this.namespace,
      workload: "deployment/web",
      image: this.image(tag),
      "stable-for": "0s",
      ...inputs,
    };
  }

  /** Rolls out a tag and waits for the end. */
  deploy(tag: string, inputs: Record<string, string> = {}): Promise<Ended> {
    return runAction({ inputs: this.inputs(tag, inputs) });
  }

  /** Begins to roll out a tag. */
  begin(tag: string, inputs: Record<string, string> = {}) {
    return startAction({ inputs: this.inputs(tag, inputs) });
  }

  #deployment({ replicas = 2, strategy, containers, podSpec, tag = "1" }: ShopOptions): KubernetesObject {
    const web = {
      name: "web",
      image: this.image(tag),
      resources: { requests: { cpu: "100m", memory: "64Mi" } },
    };
    return {
      ...this.#ref,
      spec: {
        replicas,
        selector: { matchLabels: { app: "web" } },
        ...(strategy && { strategy }),
        template: {
          metadata: { labels: { app: "web" } },
          spec: {
            nodeSelector: { shop: this.namespace },
            containers: containers?.map((container) => ({ ...web, ...container })) ?? [web],
            ...podSpec,
          },
        },
      },
    } as KubernetesObject;
  }
}

/** The objects of docs/rbac.yaml. */
export const documentedRights = (): KubernetesObject[] =>
  parseAllDocuments(readFileSync(RBAC, "utf8")).map((document) => document.toJS());
