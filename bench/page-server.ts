import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { nodeJson, podText, SHOP, shopDeployment, shopPod, shopReplicaSet } from "./cluster-json.ts";

/*
 * An API server that only serves: the lists of a large cluster in pages, as bytes that were made before it says its
 * address, and just enough around them for one pre-check. Started as a process of its own, with the numbers of nodes
 * and pods, so that it takes no time of those who are measured.
 */

const PAGE = 500;
const CERTIFICATES = new URL("../test/adapters/kubernetes/certificates/", import.meta.url);
const GZIP_LEVEL = 1;

interface Page {
  readonly plain: Buffer;
  readonly zipped: Buffer;
}

const [nodes, pods] = process.argv.slice(2, 4).map(Number) as [number, number];

/** The pages of a list; `continue` is the number of the next one. */
function pagesOf(count: number, itemText: (index: number) => string): readonly Page[] {
  const pages: Page[] = [];
  for (let first = 0; first === 0 || first < count; first += PAGE) {
    const last = Math.min(first + PAGE, count);
    const items = Array.from({ length: last - first }, (_, index) => itemText(first + index));
    const more = last < count ? `"continue":"${last / PAGE}",` : "";
    const plain = Buffer.from(`{"metadata":{${more}"resourceVersion":"1"},"items":[${items.join(",")}]}\n`);
    pages.push({ plain, zipped: gzipSync(plain, { level: GZIP_LEVEL }) });
  }
  return pages;
}

const ours = Math.min(SHOP.replicas, pods);
const allPods = pagesOf(pods, (index) =>
  index < ours ? JSON.stringify(shopPod(index, nodes)) : podText(index, nodes),
);
const allNodes = pagesOf(nodes, (index) => JSON.stringify(nodeJson(index)));

const listOf = (items: readonly object[]) => ({ metadata: {}, items });
const here = `/namespaces/${SHOP.namespace}`;
const OBJECTS: Readonly<Record<string, unknown>> = {
  "/version": { major: "1", minor: "34", gitVersion: "v1.34.1" },
  [`/apis/apps/v1${here}/deployments/${SHOP.name}`]: shopDeployment,
  [`/apis/apps/v1${here}/replicasets`]: listOf([shopReplicaSet]),
  [`/api/v1${here}/pods`]: listOf(Array.from({ length: ours }, (_, index) => shopPod(index, nodes))),
  [`/api/v1${here}/limitranges`]: listOf([]),
  [`/api/v1${here}/resourcequotas`]: listOf([]),
};

function answer(response: ServerResponse, code: number, json: unknown): void {
  response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(json));
}

function answerPage(request: IncomingMessage, response: ServerResponse, page: Page | undefined): void {
  if (page === undefined) {
    answer(response, 410, { kind: "Status", code: 410, reason: "Expired" });
    return;
  }
  const zipped = /\bgzip\b/.test(request.headers["accept-encoding"] ?? "") ? page.zipped : undefined;
  response.writeHead(200, {
    "content-type": "application/json",
    ...(zipped && { "content-encoding": "gzip" }),
    "content-length": (zipped ?? page.plain).byteLength,
  });
  response.end(zipped ?? page.plain);
}

const server = createServer(
  {
    key: readFileSync(new URL("server.key", CERTIFICATES)),
    cert: readFileSync(new URL("server.crt", CERTIFICATES)),
  },
  async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "https://pages");
    if (request.method === "POST") {
      const body = JSON.parse(await text(request));
      return answer(response, 201, { ...body, status: { ...body.status, allowed: true } });
    }
    const page = Number(searchParams.get("continue") ?? 0);
    if (pathname === "/api/v1/pods") return answerPage(request, response, allPods[page]);
    if (pathname === "/api/v1/nodes") return answerPage(request, response, allNodes[page]);
    const found = OBJECTS[pathname];
    const missing = { kind: "Status", code: 404, reason: "NotFound", message: `no ${pathname}` };
    return answer(response, found === undefined ? 404 : 200, found ?? missing);
  },
);
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  const bytes = allPods.reduce((sum, { plain }) => sum + plain.byteLength, 0);
  console.log(JSON.stringify({ url: `https://127.0.0.1:${port}`, bytesOfPods: bytes }));
});
process.on("disconnect", () => process.exit());
