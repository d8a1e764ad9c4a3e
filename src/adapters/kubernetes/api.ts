import {
  type Configuration,
  createConfiguration,
  ResponseContext,
  ServerConfiguration,
  wrapHttpLibrary,
} from "@kubernetes/client-node";
import type { WorkloadRef } from "../../core/model/workload.ts";
import { toActionError, type Where } from "./errors.ts";
import type { ApiRequest, Transport } from "./transport.ts";

/** Query parameters; those that are `undefined` are left out. */
export type Query = Readonly<Record<string, string | number | undefined>>;

/** A path with its query. */
export function pathOf(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) params.set(name, String(value));
  return params.size === 0 ? path : `${path}?${params}`;
}

/** Path of all Deployments of a namespace, of all ReplicaSets, …, or of one of them. */
export const appsPath = (namespace: string, resource: string, name?: string): string =>
  `/apis/apps/v1/namespaces/${segment(namespace)}/${resource}${name === undefined ? "" : `/${segment(name)}`}`;

/** The same for the core group. */
export const corePath = (namespace: string, resource: string, name?: string): string =>
  `/api/v1/namespaces/${segment(namespace)}/${resource}${name === undefined ? "" : `/${segment(name)}`}`;

/** Path of a workload. */
export const workloadPath = (ref: WorkloadRef): string => appsPath(ref.namespace, "deployments", ref.name);

const segment = (name: string): string => encodeURIComponent(name);

/** A list as the API sends it, its items raw. */
export interface List<T> {
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items: readonly T[];
}

/** An API server with its name for messages. */
export interface Api {
  readonly transport: Transport;
  readonly where: Where;
}

/** Objects in a page: what the API server's own clients use. */
const PAGE = 500;

/** A page of pods has some 4 MB, and a tenth of it so; the API server only does it to what is large. */
const COMPRESSED = { "accept-encoding": "gzip" };

/** How a read differs from the usual: see `ApiRequest`. */
export type ReadOptions = Pick<ApiRequest, "deadlineMs" | "once" | "headers">;

/** Reads one raw object or list. Throws the transport's failures. */
export async function read<T>(
  { transport }: Pick<Api, "transport">,
  path: string,
  signal: AbortSignal,
  options: ReadOptions = {},
): Promise<T> {
  const { text } = await transport.send({ method: "GET", path, ...options }, signal);
  return JSON.parse(text) as T;
}

/** A list to read: where, which of its objects, and how. */
export interface ListOptions extends ReadOptions {
  readonly path: string;
  readonly query?: Query;
}

/**
 * Reads a list page by page, so that only one page is in memory; while the caller works on it, the next one is on its
 * way. A page that expired half-way (410) is the caller's to answer. Throws the transport's failures.
 */
export async function* pages<T>(
  api: Pick<Api, "transport">,
  { path, query, ...options }: ListOptions,
  signal: AbortSignal,
): AsyncGenerator<List<T>> {
  const pageAt = (next: string | undefined): Promise<List<T>> =>
    read(api, pathOf(path, { ...query, limit: PAGE, continue: next }), signal, {
      headers: COMPRESSED,
      ...options,
    });
  let coming: Promise<List<T>> | undefined = pageAt(undefined);
  while (coming !== undefined) {
    const page: List<T> = await coming;
    coming = page.metadata.continue ? pageAt(page.metadata.continue) : undefined;
    // A caller that leaves does not hear of what it does not wait for.
    coming?.catch(() => undefined);
    yield page;
  }
}

/** All objects of a list. Throws the transport's failures. */
export async function readAll<T>(api: Api, list: ListOptions, signal: AbortSignal): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const page of pages<T>(api, list, signal)) items.push(...page.items);
  return items;
}

/** Runs client-node's typed API classes over our transport: `new VersionApi(configuration(api, signal))`. */
export function configuration(
  { transport, where }: Api,
  signal: AbortSignal,
  options: ReadOptions = {},
): Configuration {
  return createConfiguration({
    // The transport knows the server; only path and query of what client-node makes of this are used.
    baseServer: new ServerConfiguration(`https://${where.endpoint}`, {}),
    httpApi: wrapHttpLibrary({
      send: async (request) => {
        const { pathname, search } = new URL(request.getUrl());
        const body = request.getBody();
        const answer = await transport.send(
          {
            method: request.getHttpMethod() as ApiRequest["method"],
            path: pathname + search,
            ...options,
            headers: request.getHeaders(),
            ...(isReview(pathname) ? { writesNothing: true } : {}),
            ...(typeof body === "string" ? { body } : {}),
          },
          signal,
        );
        return new ResponseContext(
          answer.code,
          { "content-type": answer.contentType },
          {
            text: async () => answer.text,
            binary: async () => Buffer.from(answer.text),
            stream: () => null,
          },
        );
      },
    }),
  });
}

const isReview = (path: string): boolean => /^\/apis\/auth(?:entic|oriz)ation\.k8s\.io\//.test(path);

/** Does `work`; its failure becomes the `ActionError` that says what could not be done. */
export async function attempt<T>({ where }: Api, doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toActionError(error, doing, where);
  }
}
