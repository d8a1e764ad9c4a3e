import type { Answer } from "../../faults/fault.ts";
import type { Serve } from "../../faults/front.ts";
import { accountPrincipal, userPrincipal } from "../principals.ts";
import { json, notFound, oauthProblem } from "../problem.ts";
import { CLOUD_PLATFORM, claimsOf, EMAIL, type KeyPair, type Wish } from "../tokens.ts";
import type { World } from "../world.ts";

/** What a user has who signed in with gcloud. */
export interface UserSecrets {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
}

/** Audience of the assertions that key files sign. */
const TOKEN_URL = "https://oauth2.googleapis.com/token";

/** The OAuth token endpoint: for a key file by a signed assertion, for a user by a refresh token. */
export const oauth =
  (world: World, account: KeyPair, user: UserSecrets): Serve =>
  ({ method, path, body }) => {
    if (method !== "POST" || path !== "/token") return notFound(`No such call: ${method} ${path}`);
    const form = new URLSearchParams(body);
    switch (form.get("grant_type")) {
      case "urn:ietf:params:oauth:grant-type:jwt-bearer":
        return byAssertion(world, account, world.tokens.keep(form.get("assertion") ?? ""));
      case "refresh_token":
        return byRefresh(world, user, form);
      default:
        return oauthProblem("unsupported_grant_type", "Invalid grant_type");
    }
  };

function byAssertion(world: World, account: KeyPair, assertion: string): Answer {
  const { facts, trouble, now } = world;
  const claims = claimsOf(assertion, account);
  if (!claims || trouble.signIn === "key-deleted")
    return oauthProblem("invalid_grant", "Invalid JWT Signature.");
  if (claims.iss !== facts.serviceAccount) {
    return oauthProblem("invalid_grant", "Invalid grant: account not found");
  }
  if (claims.aud !== TOKEN_URL || Number(claims.exp) * 1000 <= now()) {
    return oauthProblem(
      "invalid_grant",
      "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.",
    );
  }
  return granted(world, {
    prefix: "ya29.c.",
    principal: accountPrincipal(facts),
    scopes: String(claims.scope).split(" "),
  });
}

function byRefresh(world: World, user: UserSecrets, form: URLSearchParams): Answer {
  const isRight =
    form.get("client_id") === user.clientId &&
    form.get("client_secret") === user.clientSecret &&
    form.get("refresh_token") === user.refreshToken;
  if (!isRight || world.trouble.signIn === "revoked") {
    return oauthProblem("invalid_grant", "Token has been expired or revoked.");
  }
  return granted(world, { prefix: "ya29.a0", principal: userPrincipal, scopes: [CLOUD_PLATFORM, EMAIL] });
}

function granted({ facts, tokens }: World, wish: Omit<Wish, "lifetime">): Answer {
  const lifetime = facts.tokenLifetimeSeconds ?? 3599;
  const { value } = tokens.issue({ ...wish, lifetime });
  return json({
    access_token: value,
    scope: wish.scopes.join(" "),
    token_type: "Bearer",
    expires_in: lifetime,
  });
}
