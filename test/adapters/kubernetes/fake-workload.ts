import type { ServerResponse } from "node:http";
import { type Answer, byPath, type FakeApi, type Got, json, refuse, serveApi } from "./fake-api.ts";

/** Kinds by the last part of their list's path. */
export type Plural = "deployments" | "replicasets" | "pods" | "events";

const PATHS: Readonly<Record<Plural, string>> = {
  deployments: "/apis/apps/v1/namespaces/shop/deployments",
  replicasets: "/apis/apps/v1/namespaces/shop/replicasets",
  pods: "/api/v1/namespaces/shop/pods",
  events: "/api/v1/namespaces/shop/events",
};

/** Path of the workload itself. */
export const WORKLOAD_PATH = `${PATHS.deployments}/web`;

export const REF = { kind: "Deployment", namespace: "shop", name: "web" } as const;

const LABELS = { app: "web" };
const TEMPLATE = { metadata: { labels: LABELS }, spec: { containers: [{ name: "web", image: "web:1" }] } };

/** The workload as JSON. */
export const deployment = (resourceVersion = "10", replicas = 2) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "shop", uid: "d-uid", resourceVersion, generation: 1 },
  spec: { replicas, selector: { matchLabels: LABELS }, template: TEMPLATE },
});

/** A ReplicaSet of the workload as JSON, or one of another owner. */
export const replicaSet = (name: string, owner = "d-uid") => ({
  apiVersion: "apps/v1",
  kind: "ReplicaSet",
  metadata: {
    name,
    namespace: "shop",
    uid: `${name}-uid`,
    resourceVersion: "10",
    creationTimestamp: "2026-01-01T00:00:00Z",
    labels: { ...LABELS, "pod-template-hash": name },
    ownerReferences: [{ kind: "Deployment", name: "web", uid: owner, controller: true }],
  },
  spec: { replicas: 1, template: TEMPLATE },
});

/** A pod of a ReplicaSet as JSON. */
export const pod = (name: string, owner = "web-a-uid", phase = "Running", resourceVersion = "10") => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name,
    namespace: "shop",
    uid: `${name}-uid`,
    resourceVersion,
    creationTimestamp: "2026-01-01T00:00:00Z",
    labels: LABELS,
    ownerReferences: [{ kind: "ReplicaSet", name: "web-a", uid: owner, controller: true }],
  },
  spec: TEMPLATE.spec,
  status: { phase },
});

/** An event about a pod as JSON. */
export const event = (name: string, about: string) => ({
  apiVersion: "v1",
  kind: "Event",
  metadata: { name, namespace: "shop", uid: `${name}-uid`, resourceVersion: "10" },
  involvedObject: { kind: "Pod", name: about, uid: `${about}-uid` },
  type: "Warning",
  reason: "Failed",
  message: name,
  firstTimestamp: "2026-01-01T00:00:00Z",
  lastTimestamp: "2026-01-01T00:00:00Z",
});

/** A fake API server with one workload, whose lists, streams and answers a test can change as it goes. */
export class FakeWorkload {
  readonly api: FakeApi;
  readonly items: Record<Plural, object[]> = {
    deployments: [deployment()],
    replicasets: [replicaSet("web-a")],
    pods: [pod("web-a-1")],
    events: [],
  };
  /** Answers that go before the usual ones; `undefined` leaves the usual one. */
  answer: (got: Got, plural: Plural | undefined) => Answer | undefined = () => undefined;
  readonly streams: Record<Plural, Set<ServerResponse>> = {
    deployments: new Set(),
    replicasets: new Set(),
    pods: new Set(),
    events: new Set(),
  };

  static async serve(): Promise<FakeWorkload> {
    let fake: FakeWorkload | undefined;
    const api = await serveApi((response, got) => fake?.reply(response, got));
    fake = new FakeWorkload(api);
    return fake;
  }

  private constructor(api: FakeApi) {
    this.api = api;
  }

  /** Sends a line on every open stream of a kind. */
  tell(plural: Plural, type: string, object: object): void {
    for (const stream of this.streams[plural]) stream.write(`${JSON.stringify({ type, object })}\n`);
  }

  bookmark(plural: Plural, resourceVersion: string): void {
    this.tell(plural, "BOOKMARK", { metadata: { resourceVersion } });
  }

  /** Ends every open stream of a kind, as the server does at the end of its time. */
  end(plural: Plural): void {
    for (const stream of this.streams[plural]) stream.end();
  }

  /** Breaks every open stream of a kind. */
  cut(plural: Plural): void {
    for (const stream of this.streams[plural]) stream.destroy();
  }

  /** Requests of a kind: `list`, or `watch`. */
  asked(verb: "list" | "watch", plural: Plural): Got[] {
    return this.api.got.filter(
      (got) => got.path === PATHS[plural] && got.query.has("watch") === (verb === "watch"),
    );
  }

  private reply(response: ServerResponse, got: Got): void {
    const plural = (Object.keys(PATHS) as Plural[]).find((key) => PATHS[key] === got.path);
    const answer = this.answer(got, plural) ?? this.usual(got, plural);
    answer(response, got);
  }

  private usual({ query }: Got, plural: Plural | undefined): Answer {
    if (plural === undefined) return byPath({ [WORKLOAD_PATH]: this.read() });
    if (query.has("watch")) return (response) => this.stream(response, plural);
    return json({ metadata: { resourceVersion: "10" }, items: this.items[plural] });
  }

  private read(): Answer {
    const [workload] = this.items.deployments;
    return workload === undefined ? refuse(404, { reason: "NotFound", message: "gone" }) : json(workload);
  }

  private stream(response: ServerResponse, plural: Plural): void {
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    this.streams[plural].add(response);
    response.on("close", () => this.streams[plural].delete(response));
  }
}
