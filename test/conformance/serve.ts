import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import type { KubernetesObject, V1Deployment } from "@kubernetes/client-node";
import { type Answer, type DryRunAnswer, specKey, type World } from "./world.ts";

/** What a recorded API server knows besides its objects. */
export interface Recorded {
  readonly world: World;
  readonly dryRuns: readonly DryRunAnswer[];
  /** Deployments as their change would leave them, for dry runs of it. */
  readonly changed: readonly V1Deployment[];
  /** `false`: whoever asks lacks the right to create pods, so nothing but local rules completes them. */
  readonly mayCreate?: boolean;
}

/** Plays the API server of a recorded world on loopback: lists, single objects and dry runs, nothing else. */
export async function serve(recorded: Recorded): Promise<AsyncDisposable & { readonly server: string }> {
  const world = broughtForward(recorded.world, Date.now());
  const server = createServer(async (request, response) => {
    const { code, body } = await answerTo(request, { ...recorded, world });
    response.writeHead(code, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answerTo(request: IncomingMessage, recorded: Recorded): Promise<Answer> {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://api");
  if (pathname === "/version") return { code: 200, body: recorded.world.version };
  if (request.method === "GET") return read(recorded.world, pathname, searchParams);
  const body = await json(request);
  if (pathname.endsWith("accessreviews")) {
    return { code: 201, body: { ...(body as object), status: { allowed: recorded.mayCreate ?? true } } };
  }
  if (request.method === "POST" && recorded.mayCreate === false) {
    return problem(403, "Forbidden", 'pods is forbidden: User "deployer" cannot create resource "pods"');
  }
  if (!searchParams.has("dryRun"))
    return problem(405, "MethodNotAllowed", `nothing is written here: ${pathname}`);
  const [, namespace] = /\/namespaces\/([^/]+)\//.exec(pathname) ?? [];
  const changed = recorded.changed.find(({ metadata }) => metadata?.namespace === namespace);
  if (request.method !== "POST")
    return changed ? { code: 200, body: changed } : problem(404, "NotFound", pathname);
  const spec = specKey((body as { spec?: unknown }).spec);
  const answer = recorded.dryRuns.find((each) => each.namespace === namespace && each.spec === spec);
  return answer ?? problem(500, "InternalError", "this pod was not recorded");
}

function read({ collections }: World, pathname: string, query: URLSearchParams): Answer {
  const [, group = "", namespace, plural, name] =
    /^(\/api\/v1|\/apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+)(?=\/.))?\/([^/]+)(?:\/([^/]+))?$/.exec(
      pathname,
    ) ?? [];
  const all = collections[`${group}/${plural}`];
  if (all === undefined)
    return problem(404, "NotFound", `the server could not find the requested resource: ${pathname}`);
  const there = all.filter(({ metadata }) => namespace === undefined || metadata?.namespace === namespace);
  if (name !== undefined) {
    const found = there.find(({ metadata }) => metadata?.name === name);
    return found ? { code: 200, body: found } : problem(404, "NotFound", `${plural} "${name}" not found`);
  }
  const labels = requirementsOf(query.get("labelSelector"));
  const fields = requirementsOf(query.get("fieldSelector"));
  const items = there.filter(
    (item) =>
      labels.every((requirement) => holds(requirement, item.metadata?.labels?.[requirement.key])) &&
      fields.every((requirement) => holds(requirement, fieldOf(item, requirement.key) ?? "")),
  );
  return { code: 200, body: { apiVersion: "v1", kind: "List", metadata: { resourceVersion: "1" }, items } };
}

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** `a=b,c!=d,e in (f,g),h,!i`. */
function requirementsOf(selector: string | null): Requirement[] {
  return (selector ?? "")
    .split(/,(?![^(]*\))/)
    .filter(Boolean)
    .map((text) => {
      const [, key = "", operator = "", set] = /^([^\s=!]+)\s+(in|notin)\s+\((.*)\)$/.exec(text) ?? [];
      if (set !== undefined) return { key, operator, values: set.split(",").map((value) => value.trim()) };
      const [, name, sign, value = ""] = /^([^=!]+)(==|=|!=)(.*)$/.exec(text) ?? [];
      if (name !== undefined) return { key: name, operator: sign === "!=" ? "notin" : "in", values: [value] };
      return text.startsWith("!")
        ? { key: text.slice(1), operator: "absent", values: [] }
        : { key: text, operator: "exists", values: [] };
    });
}

function holds({ operator, values }: Requirement, value: string | undefined): boolean {
  switch (operator) {
    case "in":
      return value !== undefined && values.includes(value);
    case "notin":
      return value === undefined || !values.includes(value);
    case "exists":
      return value !== undefined;
    default:
      return value === undefined;
  }
}

const fieldOf = (object: KubernetesObject, path: string): string | undefined =>
  path
    .split(".")
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object) as
    | string
    | undefined;

const problem = (code: number, reason: string, message: string): Answer => ({
  code,
  body: { kind: "Status", apiVersion: "v1", status: "Failure", reason, message, code },
});

/** Pods that were being deleted are as far with it as they were then. */
function broughtForward(world: World, now: number): World {
  const passed = now - world.takenAt;
  const pods = (world.collections["/api/v1/pods"] ?? []).map((pod) => {
    const { deletionTimestamp } = pod.metadata ?? {};
    if (deletionTimestamp === undefined) return pod;
    const at = new Date(Date.parse(String(deletionTimestamp)) + passed).toISOString().replace(/\.\d+/, "");
    return { ...pod, metadata: { ...pod.metadata, deletionTimestamp: at } };
  });
  return { ...world, collections: { ...world.collections, "/api/v1/pods": pods as KubernetesObject[] } };
}
