import type { Answer } from "../../faults/fault.ts";
import type { Serve } from "../../faults/front.ts";
import { accountPrincipal } from "../principals.ts";
import { json } from "../problem.ts";
import { CLOUD_PLATFORM, EMAIL } from "../tokens.ts";
import type { World } from "../world.ts";

const FLAVOR = { "metadata-flavor": "Google", server: "Metadata Server for VM" };

/** The metadata server of a machine, or of a pod on GKE, that runs as the service account. */
export const metadata =
  (world: World): Serve =>
  ({ headers, path, query }) => {
    if (headers["metadata-flavor"] !== "Google") return plain("Missing Metadata-Flavor:Google header.", 403);
    const { facts } = world;
    switch (path.replace(/^\/computeMetadata\/v1\/?/, "").replace(/\/$/, "")) {
      case "":
      case "instance":
        return plain("attributes/\nservice-accounts/\n");
      case "project/project-id":
        return plain(facts.project);
      case "project/numeric-project-id":
        return plain(facts.projectNumber);
      case "universe/universe-domain":
        return plain(facts.universe);
      case "instance/service-accounts/default/email":
        return plain(facts.serviceAccount);
      case "instance/service-accounts/default/token":
        return token(world, query.get("scopes"));
      default:
        return plain("Not Found", 404);
    }
  };

function token({ facts, tokens }: World, scopes: string | null): Answer {
  const lifetime = facts.tokenLifetimeSeconds ?? 3599;
  const { value } = tokens.issue({
    prefix: "ya29.c.",
    principal: accountPrincipal(facts),
    scopes: scopes?.split(",") ?? [CLOUD_PLATFORM, EMAIL],
    lifetime,
  });
  const answer = json({ access_token: value, expires_in: lifetime, token_type: "Bearer" });
  return { ...answer, headers: { ...answer.headers, ...FLAVOR } };
}

const plain = (body: string, status = 200): Answer => ({
  status,
  headers: { "content-type": "application/text", ...FLAVOR },
  body,
});
