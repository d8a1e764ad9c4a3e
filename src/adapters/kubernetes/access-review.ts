import { AuthorizationV1Api } from "@kubernetes/client-node";
import { type Api, configuration } from "./api.ts";
import { Refusal } from "./failure.ts";
import { attributesOf } from "./request-info.ts";

/**
 * Tells a 403 of the authoriser (the right is missing) from one of admission (the change is denied): both come
 * with the same code and shape, so the API server is asked what we may do. Every signed-in user may ask.
 */
export async function lacksRight(api: Api, failure: unknown, signal: AbortSignal): Promise<boolean> {
  if (!(failure instanceof Refusal) || failure.code !== 403) return false;
  const attributes = attributesOf(failure.asked);
  if (attributes === undefined) return true;
  const { verb, group, namespace, name } = attributes;
  const [resource = "", subresource] = attributes.resource.split("/", 2);
  const resourceAttributes = {
    verb,
    group,
    resource,
    ...(subresource === undefined ? {} : { subresource }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
  };
  try {
    const { status } = await new AuthorizationV1Api(configuration(api, signal)).createSelfSubjectAccessReview(
      {
        body: {
          apiVersion: "authorization.k8s.io/v1",
          kind: "SelfSubjectAccessReview",
          spec: { resourceAttributes },
        },
      },
    );
    return status?.allowed !== true;
  } catch {
    signal.throwIfAborted();
    // Then the more common of the two.
    return true;
  }
}
