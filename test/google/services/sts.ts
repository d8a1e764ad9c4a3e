import type { Answer } from "../../faults/fault.ts";
import type { Serve } from "../../faults/front.ts";
import { federatedPrincipal } from "../principals.ts";
import { json, notFound, oauthProblem } from "../problem.ts";
import { type Claims, claimsOf, type KeyPair } from "../tokens.ts";
import { audienceOf, type World } from "../world.ts";

const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

/** The Security Token Service: changes an ID token of GitHub for a federated access token that lives no longer. */
export const sts =
  (world: World, github: KeyPair): Serve =>
  ({ method, path, body }) => {
    if (method !== "POST" || path !== "/v1/token") return notFound(`No such call: ${method} ${path}`);
    const form = new URLSearchParams(body);
    const claims = claimsOf(form.get("subject_token") ?? "", github);
    const refused = refusal(world, form, claims);
    if (refused) return refused;
    const { facts, tokens, now } = world;
    const lifetime = Math.floor(Number(claims?.exp) - now() / 1000);
    const { value } = tokens.issue({
      prefix: "ya29.d.",
      principal: federatedPrincipal(facts),
      scopes: (form.get("scope") ?? "").split(" "),
      lifetime,
    });
    return json({
      access_token: value,
      issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
      token_type: "Bearer",
      expires_in: lifetime,
    });
  };

function refusal(
  { facts, trouble, now }: World,
  form: URLSearchParams,
  claims: Claims | undefined,
): Answer | undefined {
  if (form.get("grant_type") !== EXCHANGE)
    return oauthProblem("invalid_request", 'Invalid value for "grant_type".');
  const audience = audienceOf(facts);
  if (form.get("audience") !== audience || trouble.signIn === "no-provider") {
    return oauthProblem(
      "invalid_target",
      'The target service indicated by the "audience" parameters is invalid. This might either be because the pool or provider is disabled or deleted or because it doesn\'t exist.',
    );
  }
  if (!claims) return oauthProblem("invalid_grant", "Error connecting to the given credential's issuer.");
  if (Number(claims.exp) * 1000 <= now())
    return oauthProblem("invalid_grant", "ID Token is stale to sign-in.");
  if (claims.aud !== `https:${audience}` || trouble.signIn === "audience") {
    const description = `The audience in ID Token [${claims.aud}] does not match the expected audience ${audience}.`;
    return oauthProblem("invalid_grant", description);
  }
  if (trouble.signIn === "condition") {
    return oauthProblem(
      "unauthorized_client",
      "The given credential is rejected by the attribute condition.",
    );
  }
  return;
}
