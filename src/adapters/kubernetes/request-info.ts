import type { Asked } from "./failure.ts";

/** A request as the authoriser sees it. `resource` has its subresource behind a slash, as in a rule. */
export interface ResourceAttributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

const WRITES: Readonly<Record<string, string>> = {
  POST: "create",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};

/**
 * Attributes of a request for a resource; `undefined` for other paths (`/version`).
 * Source: apiserver/pkg/endpoints/request/requestinfo.go (v1.36.3), `NewRequestInfo`.
 */
export function attributesOf({ method, path, query }: Asked): ResourceAttributes | undefined {
  const match =
    /^\/(?:api|apis\/(?<group>[^/]+))\/[^/]+(?:\/namespaces\/(?<namespace>[^/]+)(?=\/))?\/(?<kind>[^/]+)(?:\/(?<name>[^/]+))?(?:\/(?<sub>[^/]+))?$/.exec(
      path,
    );
  const { group = "", namespace, kind, name, sub } = match?.groups ?? {};
  if (kind === undefined) return;
  return {
    verb: WRITES[method] ?? readVerb(name, query),
    group,
    resource: sub === undefined ? kind : `${kind}/${sub}`,
    namespace,
    name,
  };
}

function readVerb(name: string | undefined, query: URLSearchParams): string {
  if (query.get("watch") === "true") return "watch";
  return name === undefined ? "list" : "get";
}
