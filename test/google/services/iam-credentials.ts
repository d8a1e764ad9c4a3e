import type { Serve } from "../../faults/front.ts";
import { type Call, googleApi } from "../api.ts";
import { accountPrincipal } from "../principals.ts";
import { json, notFound, problem } from "../problem.ts";
import type { World } from "../world.ts";

const SERVICE = "iamcredentials.googleapis.com";
const PERMISSION = "iam.serviceAccounts.getAccessToken";

/** IAM Credentials: `generateAccessToken` gives a federated identity a token of the service account. */
export function iamCredentials(world: World): Serve {
  const { facts, tokens, trouble } = world;
  const generate: Call = {
    method: "POST",
    path: /^\/v1\/projects\/-\/serviceAccounts\/([^/]+):generateAccessToken$/,
    answer([account], { body }) {
      if (account !== facts.serviceAccount || trouble.signIn === "no-account") {
        return notFound(`Not found; Gaia id not found for email ${account}`);
      }
      if (trouble.denied.has(PERMISSION)) return notAllowed();
      const { scope = [], lifetime = "3600s" } = JSON.parse(body || "{}");
      const { value, endsAt } = tokens.issue({
        prefix: "ya29.c.",
        principal: accountPrincipal(facts),
        scopes: scope,
        lifetime: Math.min(Number.parseInt(lifetime, 10), facts.tokenLifetimeSeconds ?? 3600),
      });
      return json({ accessToken: value, expireTime: new Date(endsAt).toISOString().replace(/\.\d+Z$/, "Z") });
    },
  };
  return googleApi(world, SERVICE, [generate]);
}

const notAllowed = () =>
  problem({
    code: 403,
    status: "PERMISSION_DENIED",
    message: `Permission '${PERMISSION}' denied on resource (or it may not exist).`,
    reason: "IAM_PERMISSION_DENIED",
    domain: "iam.googleapis.com",
    metadata: { permission: PERMISSION },
  });
