import type { IncomingHttpHeaders } from "node:http";
import { Agent, type RequestOptions, request } from "node:https";
import type { Answer, Asked } from "./fault.ts";

/** Where requests go on to. */
export interface Behind {
  /** `https://HOST:PORT` */
  readonly server: string;
  /** PEM of its authority. */
  readonly ca: string;
}

/** What a door changes of a request before it goes on. */
export interface Passage {
  readonly path?: string;
  readonly authorization?: string;
}

/** Hop by hop, or about the connection to the front. */
const OWN = new Set([
  "connection",
  "keep-alive",
  "host",
  "transfer-encoding",
  "content-length",
  "proxy-authorization",
]);

/** Passes requests on to a real server, and gives back its answer as it comes. */
export function forwardTo({ server, ca }: Behind): (asked: Asked, passage?: Passage) => Promise<Answer> {
  const { hostname, port } = new URL(server);
  const agent = new Agent({ keepAlive: true, ca });
  return ({ method, path, query, headers, body }, passage = {}) =>
    exchange(
      {
        agent,
        hostname,
        port,
        method,
        path: withQuery(passage.path ?? path, query),
        headers: {
          ...throughOnly(headers),
          ...(passage.authorization && { authorization: passage.authorization }),
          ...(body && { "content-length": Buffer.byteLength(body) }),
        },
      },
      body,
    );
}

const exchange = (options: RequestOptions, body: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const onward = request(options, (answer) =>
      resolve({ status: answer.statusCode ?? 0, headers: throughOnly(answer.headers), body: answer }),
    );
    onward.on("error", reject).end(body);
  });

const throughOnly = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN.has(name)));

const withQuery = (path: string, query: URLSearchParams): string =>
  query.size > 0 ? `${path}?${query}` : path;
