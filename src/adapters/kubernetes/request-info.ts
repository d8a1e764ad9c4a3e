import type { Right } from "../../core/rights.ts";
import type { Asked } from "./failure.ts";

const WRITES: Readonly<Record<string, string>> = {
  POST: "create",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};

/**
 * The right that a request for a resource needs; `undefined` for other paths (`/version`).
 * Source: apiserver/pkg/endpoints/request/requestinfo.go (v1.36.3), `NewRequestInfo`.
 */
export function attributesOf({ method, path, query }: Asked): Right | undefined {
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
