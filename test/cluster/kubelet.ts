import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import {
  ApiException,
  CoreV1Api,
  type Informer,
  type KubeConfig,
  makeInformer,
  type ObjectCache,
  type V1Pod,
} from "@kubernetes/client-node";
import { type Behaviour, Repertoire, type Script } from "./behaviour.ts";
import { type LogAnswer, type LogQuery, serveContainerLogs, whyNoLog } from "./container-logs.ts";
import { isImage } from "./images.ts";
import { writeFrame } from "./write-frame.ts";

/** Given log texts of the containers whose image matches. */
interface LogRule {
  readonly pattern: string | RegExp;
  readonly texts: { readonly current?: string; readonly previous?: string };
}

/** One pod on a node of ours. */
interface Played {
  readonly script: Script;
  readonly end: AbortController;
}

/**
 * The kubelet of the nodes that one `Cluster` made: it writes the status and events of their pods as the script
 * of their image says, lets deleted pods go, and answers for their logs. It lives in the process that made the
 * nodes: while that is blocked (`spawnSync`, a busy loop) nothing happens on them.
 */
export class Kubelet {
  readonly #core: CoreV1Api;
  readonly #pods: Informer<V1Pod> & ObjectCache<V1Pod>;
  readonly #logs: { readonly port: number; close(): Promise<void> };
  readonly #nodes = new Set<string>();
  readonly #repertoire = new Repertoire();
  readonly #logRules: LogRule[] = [];
  readonly #played = new Map<string, Played>();
  #stopped = false;

  /** Starts one. `directory` holds the certificate with which it serves. */
  static async start(config: KubeConfig, directory: string): Promise<Kubelet> {
    const [cert, key] = await Promise.all(
      ["crt", "key"].map((end) => readFile(join(directory, "certificates", `apiserver.${end}`), "utf8")),
    );
    let kubelet: Kubelet | undefined;
    const unknown: LogAnswer = { status: 404, problem: "starting" };
    const logs = await serveContainerLogs({ cert: cert ?? "", key: key ?? "" }, (query) =>
      kubelet ? kubelet.#logOf(query) : unknown,
    );
    kubelet = new Kubelet(config, logs);
    await kubelet.#pods.start();
    return kubelet;
  }

  private constructor(config: KubeConfig, logs: { readonly port: number; close(): Promise<void> }) {
    this.#core = config.makeApiClient(CoreV1Api);
    this.#logs = logs;
    this.#pods = makeInformer(config, "/api/v1/pods", () => this.#core.listPodForAllNamespaces());
    this.#pods.on("add", (pod) => this.#see(pod));
    this.#pods.on("update", (pod) => this.#see(pod));
    this.#pods.on("delete", (pod) => this.#forget(pod));
    this.#pods.on("error", async () => {
      await delay(200);
      if (!this.#stopped) await this.#pods.start();
    });
  }

  /** Port at which the API server asks for logs. */
  get port(): number {
    return this.#logs.port;
  }

  /** Takes the pods of a node. */
  serve(node: string): void {
    this.#nodes.add(node);
    for (const pod of this.#pods.list()) this.#see(pod);
  }

  /** Lets go of a node: its pods go away at once, as after the garbage collection of a removed node. */
  async leave(node: string): Promise<void> {
    this.#nodes.delete(node);
    const pods = this.#pods.list().filter((pod) => pod.spec?.nodeName === node);
    await Promise.all(pods.map((pod) => this.#remove(pod)));
  }

  /** See `Cluster.behaviour`. */
  behave(pattern: string | RegExp, behaviour: Behaviour): void {
    this.#repertoire.add(pattern, behaviour);
  }

  /** See `Cluster.logs`. */
  log(pattern: string | RegExp, texts: LogRule["texts"]): void {
    this.#logRules.unshift({ pattern, texts });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { end } of this.#played.values()) end.abort();
    await this.#pods.stop();
    await this.#logs.close();
  }

  #see(pod: V1Pod): void {
    const uid = pod.metadata?.uid ?? "";
    if (!this.#nodes.has(pod.spec?.nodeName ?? "")) return;
    const known = this.#played.get(uid);
    if (pod.metadata?.deletionTimestamp) {
      if (known?.end.signal.aborted) return;
      const played = known ?? {
        script: this.#repertoire.scriptOf(pod, Date.now()),
        end: new AbortController(),
      };
      this.#played.set(uid, played);
      played.end.abort();
      report(delay(played.script.deletionMs).then(() => this.#remove(pod)));
    } else if (!known) {
      const start = Date.now();
      const played = { script: this.#repertoire.scriptOf(pod, start), end: new AbortController() };
      this.#played.set(uid, played);
      report(this.#play(pod, played, start));
    }
  }

  #forget(pod: V1Pod): void {
    const uid = pod.metadata?.uid ?? "";
    this.#played.get(uid)?.end.abort();
    this.#played.delete(uid);
  }

  async #play(pod: V1Pod, { script, end }: Played, start: number): Promise<void> {
    const { name = "", namespace } = pod.metadata ?? {};
    for (const frame of script.frames) {
      await delay(Math.max(0, start + frame.at - Date.now()), undefined, { signal: end.signal });
      await writeFrame(this.#core, this.#pods.get(name, namespace) ?? pod, frame);
    }
  }

  async #remove(pod: V1Pod): Promise<void> {
    const { name = "", namespace = "", uid = "" } = pod.metadata ?? {};
    await this.#core
      .deleteNamespacedPod({ name, namespace, body: { gracePeriodSeconds: 0, preconditions: { uid } } })
      .catch(ignoreGone);
  }

  #logOf(query: LogQuery): LogAnswer {
    const pod = this.#pods.get(query.pod, query.namespace);
    if (!pod) return { status: 404, problem: `pod "${query.pod}" does not exist` };
    const problem = whyNoLog(pod, query);
    if (problem) return { status: 400, problem };
    const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
    const image = containers.find(({ name }) => name === query.container)?.image ?? "";
    const given = this.#logRules.find((rule) => isImage(image, rule.pattern))?.texts[query.which];
    const recorded = this.#played.get(pod.metadata?.uid ?? "")?.script.logs;
    return { text: given ?? recorded?.get(`${query.container}/${query.which}`) ?? "" };
  }
}

/** The pod went away while we wrote about it (403: its namespace does), or another one has its name now. */
function ignoreGone(error: unknown): void {
  if (error instanceof ApiException && [403, 404, 409].includes(error.code)) return;
  throw error;
}

/** A kubelet that fails must not end the test run with an unhandled rejection, nor fail in silence. */
function report(work: Promise<void>): void {
  work.catch(ignoreGone).catch((error: unknown) => {
    if (error instanceof Error && error.name === "AbortError") return;
    process.stderr.write(`scripted kubelet: ${error instanceof Error ? error.stack : error}\n`);
  });
}
