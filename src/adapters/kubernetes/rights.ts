import { AuthenticationV1Api, AuthorizationV1Api } from "@kubernetes/client-node";
import type { Right } from "../../core/rights.ts";
import type { RightsAnswer } from "../../ports.ts";
import { type Api, attempt, configuration } from "./api.ts";
import { NoAnswer, Refusal } from "./failure.ts";

/** The review only saves a surprise, so it does not wait long for an API that does not answer. */
const READ = { deadlineMs: 15_000 } as const;

/**
 * Asks who we are and which of the rights we have, all at once, each for itself: a list of all rights is incomplete
 * where a webhook authorises, as on GKE. Throws `ActionError` when signing in fails, nothing is reached, or Google
 * refuses us before the cluster is asked; any other failure is `unknown`.
 */
export async function reviewRights(
  api: Api,
  rights: readonly Right[],
  signal: AbortSignal,
): Promise<RightsAnswer> {
  return attempt(api, "ask for our rights", async () => {
    try {
      const [user, ...allowed] = await Promise.all([
        userName(api, signal),
        ...rights.map((right) => isAllowed(api, right, signal)),
      ]);
      return { kind: "known", user, allowed };
    } catch (error) {
      return { kind: "unknown", why: whyUnknown(error) };
    }
  });
}

/** Asks whether we have a right; every signed-in user may. Throws the transport's failures. */
export async function isAllowed(api: Api, right: Right, signal: AbortSignal): Promise<boolean> {
  const { verb, group, namespace, name } = right;
  const [resource = "", subresource] = right.resource.split("/", 2);
  const resourceAttributes = {
    verb,
    group,
    resource,
    ...(subresource === undefined ? {} : { subresource }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
  };
  const { status } = await new AuthorizationV1Api(
    configuration(api, signal, READ),
  ).createSelfSubjectAccessReview({
    body: {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes },
    },
  });
  if (status?.allowed !== true && status?.evaluationError) throw new Unevaluated(status.evaluationError);
  return status?.allowed === true;
}

/** The authoriser itself failed, which is neither yes nor no. */
class Unevaluated extends Error {}

/** Our name to the API server, which serves this since Kubernetes 1.28. */
async function userName(api: Api, signal: AbortSignal): Promise<string | undefined> {
  try {
    const { status } = await new AuthenticationV1Api(
      configuration(api, signal, READ),
    ).createSelfSubjectReview({
      body: { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
    });
    return status?.userInfo?.username || undefined;
  } catch (error) {
    // Only a name hangs on it.
    whyUnknown(error);
    return;
  }
}

/** Why this question has no answer; throws what would make every other request fail too. */
function whyUnknown(error: unknown): string {
  if (error instanceof Unevaluated) return error.message;
  if (error instanceof Refusal && !refusesAll(error)) return `${error.code} ${error.message}`;
  if (error instanceof NoAnswer && error.stage === "sent") return `${error.code}: ${error.message}`;
  throw error;
}

/** Who is not signed in may do nothing; whom Google lets only read through its gateway, may not write either. */
const refusesAll = ({ code, google }: Refusal): boolean =>
  code === 401 || (code === 403 && google !== undefined);
