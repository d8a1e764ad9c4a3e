import { readFileSync } from "node:fs";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import https from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** A request as the fake API server got it. */
export interface Got {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** Common name of the client's certificate. */
  readonly certificate: string | undefined;
}

/** Answers one request. */
export type Answer = (response: ServerResponse, got: Got) => void;

/** A server on loopback that ends with the test. */
export interface FakeApi {
  readonly url: string;
  readonly got: Got[];
  /** Connections that were made, and those that are open now. */
  readonly connections: { made: number; readonly open: Set<Socket> };
  close(): Promise<void>;
}

/** Path of one of the certificates of these tests. */
export const certificate = (name: string): string =>
  fileURLToPath(new URL(`certificates/${name}`, import.meta.url));

/** The same, as it stands inline in a kubeconfig. */
export const inline = (name: string): string => readFileSync(certificate(name)).toString("base64");

/** Serves the API over TLS with the named certificate, or over plain HTTP. */
export async function serveApi(
  answer: Answer,
  as: "server" | "misnamed" | "expired" | "http" = "server",
): Promise<FakeApi> {
  const got: Got[] = [];
  const connections = { made: 0, open: new Set<Socket>() };
  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    response.on("error", () => undefined);
    const body = await text(request).catch(() => undefined);
    if (body === undefined) return;
    const { pathname, searchParams } = new URL(request.url ?? "/", "https://api");
    const peer =
      "getPeerCertificate" in request.socket ? (request.socket as TlsSocket).getPeerCertificate() : undefined;
    const one: Got = {
      method: request.method ?? "",
      path: pathname,
      query: searchParams,
      headers: request.headers,
      body,
      certificate: peer?.subject?.CN,
    };
    got.push(one);
    answer(response, one);
  };
  const server =
    as === "http"
      ? http.createServer(listener)
      : https.createServer(
          {
            key: readFileSync(certificate(`${as}.key`)),
            cert: readFileSync(certificate(`${as}.crt`)),
            ca: readFileSync(certificate("authority.crt")),
            requestCert: true,
            rejectUnauthorized: false,
          },
          listener,
        );
  server.on("connection", (socket: Socket) => {
    connections.made += 1;
    connections.open.add(socket);
    socket.on("close", () => connections.open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = async () => {
    for (const socket of connections.open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(close);
  const { port } = server.address() as AddressInfo;
  return { url: `${as === "http" ? "http" : "https"}://127.0.0.1:${port}`, got, connections, close };
}

interface TlsSocket {
  getPeerCertificate(): { subject?: { CN?: string } };
}

/** Answers with JSON. */
export const json =
  (body: unknown, code = 200, headers: Record<string, string | string[]> = {}): Answer =>
  (response) => {
    response.writeHead(code, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };

/** Answers with a `Status`, as the API server refuses. */
export const refuse = (code: number, status: object = {}, headers: Record<string, string> = {}): Answer =>
  json({ kind: "Status", apiVersion: "v1", status: "Failure", code, ...status }, code, headers);

/** Gives one answer after another; the last one again and again. */
export function inTurn(...answers: readonly [Answer, ...Answer[]]): Answer {
  let next = 0;
  return (response, got) => {
    const answer = answers[Math.min(next, answers.length - 1)] as Answer;
    next += 1;
    answer(response, got);
  };
}

/** Closes the connection instead of an answer. */
export const hangUp: Answer = (response) => void response.socket?.destroy();

/** Never answers. */
export const stall: Answer = () => undefined;

/** Answers by the path; anything else is 404. */
export const byPath =
  (answers: Readonly<Record<string, Answer>>): Answer =>
  (response, got) =>
    (answers[got.path] ?? refuse(404, { reason: "NotFound", message: `no ${got.path}` }))(response, got);
