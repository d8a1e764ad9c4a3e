import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Agent, request } from "undici";
import type { Place } from "./control-plane.ts";
import type { Ref } from "./objects-api.ts";

/** An object of any kind, in JSON. */
export type RawObject = Omit<Ref, "metadata"> & {
  readonly metadata: Ref["metadata"] & { readonly [field: string]: unknown };
  readonly spec?: unknown;
  readonly status?: unknown;
  readonly [field: string]: unknown;
};

/** The API server said no, and why. */
export class Refused extends Error {
  /** HTTP status. */
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** How many requests are on their way at once. More only wait in the API server, on two cores. */
const lanes = 24;

/**
 * Objects by the thousand: JSON in and out, as the administrator, many requests at a time. What a test of a few
 * objects needs is in `ObjectsApi`.
 */
export class RawApi implements AsyncDisposable {
  readonly #agent: Agent;
  readonly #server: string;
  readonly #authorization: string;
  readonly #resources = new Map<string, Promise<ReadonlyMap<string, Resource>>>();

  /** Connects to a running control plane. */
  static async join(place: Place): Promise<RawApi> {
    return new RawApi(place, await readFile(join(place.directory, "certificates", "apiserver.crt"), "utf8"));
  }

  private constructor({ server, secret }: Place, ca: string) {
    this.#agent = new Agent({ connections: 2 * lanes, connect: { ca }, bodyTimeout: 0 });
    this.#server = server;
    this.#authorization = `Bearer ${secret}.${Buffer.from("admin").toString("base64url")}`;
  }

  /**
   * Creates objects, in no order, each with its status when it has one, and answers with them as they were made, in
   * the order given.
   *
   * @throws Refused when the API server does not take one
   */
  createAll(objects: readonly RawObject[]): Promise<RawObject[]> {
    return inLanes(objects, (object) => this.create(object));
  }

  /** Creates an object, with its status when it has one. */
  async create(object: RawObject): Promise<RawObject> {
    const created = (await this.send("POST", await this.#collection(object), object)) as RawObject;
    // A kubelet registers its node with a status; that of all others is a second request.
    if (object.status === undefined || object.kind === "Node") return created;
    return this.setStatus(object, object.status);
  }

  /** Merges a status into that of an object. */
  async setStatus(ref: Ref, status: unknown): Promise<RawObject> {
    return (await this.send("PATCH", `${await this.#path(ref)}/status`, { status })) as RawObject;
  }

  /** Changes an object by a merge patch. */
  async patch(ref: Ref, change: object): Promise<RawObject> {
    return (await this.send("PATCH", await this.#path(ref), change)) as RawObject;
  }

  /** The object, or undefined when there is none. */
  async get(ref: Ref): Promise<RawObject | undefined> {
    return (await undefinedWhenAbsent(this.send("GET", await this.#path(ref)))) as RawObject | undefined;
  }

  /** All objects of a kind, in a namespace or everywhere. */
  async list(of: Pick<Ref, "apiVersion" | "kind">, namespace?: string): Promise<RawObject[]> {
    const { items } = (await this.send(
      "GET",
      await this.#collection({ ...of, metadata: { name: "", ...(namespace && { namespace }) } }),
    )) as { items: RawObject[] };
    return items.map((item) => ({ ...item, apiVersion: of.apiVersion, kind: of.kind }));
  }

  /** Makes namespaces in which pods can be created at once: each with its default ServiceAccount. */
  async createNamespaces(
    names: readonly string[],
    labels: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    await inLanes(names, async (name) => {
      await this.create({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
      const metadata = { name: "default", namespace: name };
      // The controller may have been faster.
      await this.create({ apiVersion: "v1", kind: "ServiceAccount", metadata }).catch(ignore(409));
    });
  }

  /**
   * Removes namespaces with all that is in them, at once, also pods that terminate or have finalizers, and answers
   * when they are gone.
   */
  async removeNamespaces(names: readonly string[]): Promise<void> {
    await inLanes(names, async (name) => {
      const ref = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
      await this.remove(ref); // first: nothing comes back in a namespace that ends
      for (const pod of await this.list({ apiVersion: "v1", kind: "Pod" }, name)) {
        if (!pod.metadata.finalizers) continue;
        await this.patch(pod, { metadata: { finalizers: null } }).catch(ignore(404));
      }
      await this.send("DELETE", `/api/v1/namespaces/${name}/pods?gracePeriodSeconds=0`);
    });
    await inLanes(names, async (name) => {
      while (await this.get({ apiVersion: "v1", kind: "Namespace", metadata: { name } })) await delay(100);
    });
  }

  /** Deletes objects, those that are there, without grace. */
  async removeAll(refs: readonly Ref[]): Promise<void> {
    await inLanes(refs, (ref) => this.remove(ref));
  }

  /** Deletes an object, when it is there, without grace. */
  async remove(ref: Ref): Promise<void> {
    await undefinedWhenAbsent(this.send("DELETE", `${await this.#path(ref)}?gracePeriodSeconds=0`));
  }

  /**
   * Sends any request; a PATCH is a merge patch.
   *
   * @param path from the server on, `/api/v1/nodes?limit=1`
   * @throws Refused when the answer is none of success
   */
  async send(method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: object) {
    const answer = await request(this.#server + path, {
      method,
      dispatcher: this.#agent,
      headers: {
        authorization: this.#authorization,
        "content-type": method === "PATCH" ? "application/merge-patch+json" : "application/json",
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Refused(answer.statusCode, messageIn(text));
    return JSON.parse(text) as unknown;
  }

  /** The lines of a watch, parsed, until it ends. */
  async *watch(path: string, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    const { body } = await request(`${this.#server}${path}`, {
      dispatcher: this.#agent,
      headers: { authorization: this.#authorization },
      signal,
    });
    let rest = "";
    for await (const chunk of body.setEncoding("utf8")) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) yield JSON.parse(line) as WatchEvent;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.destroy();
  }

  async #path(ref: Ref): Promise<string> {
    return `${await this.#collection(ref)}/${encodeURIComponent(ref.metadata.name)}`;
  }

  async #collection({ apiVersion, kind, metadata }: Ref): Promise<string> {
    const group = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const resources = this.#resources.get(group) ?? this.#discover(group);
    this.#resources.set(group, resources);
    const resource = (await resources).get(kind);
    if (!resource) throw new Error(`There is no kind ${kind} in ${apiVersion}`);
    const { name, namespaced } = resource;
    return namespaced && metadata.namespace
      ? `${group}/namespaces/${metadata.namespace}/${name}`
      : `${group}/${name}`;
  }

  async #discover(group: string): Promise<ReadonlyMap<string, Resource>> {
    const { resources } = (await this.send("GET", group)) as { resources: Resource[] };
    return new Map(resources.filter(({ name }) => !name.includes("/")).map((r) => [r.kind, r]));
  }
}

/** One line of a watch. */
export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: RawObject;
}

interface Resource {
  /** As in paths: `deployments`. */
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Does it for all, some at a time; the first failure is thrown. */
async function inLanes<In, Out>(items: readonly In[], work: (item: In) => Promise<Out>): Promise<Out[]> {
  const done: Out[] = [];
  const left = items.entries();
  const lane = async () => {
    for (const [index, item] of left) done[index] = await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return done;
}

function messageIn(text: string): string {
  try {
    return (JSON.parse(text) as { message: string }).message;
  } catch {
    return text;
  }
}

const ignore = (code: number) => (error: unknown) => {
  if (error instanceof Refused && error.code === code) return;
  throw error;
};

const undefinedWhenAbsent = (answer: Promise<unknown>): Promise<unknown> => answer.catch(ignore(404));
