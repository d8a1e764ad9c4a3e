import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { V1Pod } from "@kubernetes/client-node";

/** Which log the API server wants. */
export interface LogQuery {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly which: "current" | "previous";
}

/** The log, or why there is none, as the kubelet says it. */
export type LogAnswer = { readonly text: string } | { readonly status: 400 | 404; readonly problem: string };

/**
 * Listens where a node says that its kubelet is, and answers `GET /containerLogs/NAMESPACE/POD/CONTAINER` with the
 * last `tailLines` lines. Anything else is 404.
 */
export async function serveContainerLogs(
  certificate: { readonly cert: string; readonly key: string },
  answer: (query: LogQuery) => LogAnswer,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer(certificate, (request, response) => {
    const url = new URL(request.url ?? "/", "https://kubelet");
    const [root, namespace, pod, container] = url.pathname.slice(1).split("/").map(decodeURIComponent);
    if (root !== "containerLogs" || !namespace || !pod || !container) {
      response.writeHead(404).end();
      return;
    }
    const which = url.searchParams.get("previous") === "true" ? "previous" : "current";
    const log = answer({ namespace, pod, container, which });
    if ("problem" in log) response.writeHead(log.status).end(log.problem);
    else response.end(lastLines(log.text, url.searchParams.get("tailLines")));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function lastLines(text: string, count: string | null): string {
  if (count === null) return text;
  const lines = text.split(/(?<=\n)/);
  return lines.slice(Math.max(0, lines.length - Number(count))).join("");
}

/**
 * Why a kubelet has no such log; undefined when it has one. The texts are those of `validateContainerLogStatus`,
 * pkg/kubelet/kubelet_pods.go (v1.36.3).
 */
export function whyNoLog(pod: V1Pod, { container, which }: LogQuery): string | undefined {
  const all = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  const status = all.find(({ name }) => name === container);
  const subject = `container "${container}" in pod "${pod.metadata?.name}"`;
  if (!status) return `${subject} is not available`;
  const ended = status.lastState?.terminated?.containerID;
  if (which === "previous") return ended ? undefined : `previous terminated ${subject} not found`;
  const { running, terminated, waiting } = status.state ?? {};
  if (running || terminated?.containerID || ended) return undefined;
  if (terminated || status.lastState?.terminated) return `${subject} is terminated`;
  switch (waiting?.reason) {
    case undefined:
      return `${subject} is waiting to start - no logs yet`;
    case "ErrImagePull":
      return `${subject} is waiting to start: image can't be pulled`;
    case "ImagePullBackOff":
      return `${subject} is waiting to start: trying and failing to pull image`;
    default:
      return `${subject} is waiting to start: ${waiting?.reason}`;
  }
}
