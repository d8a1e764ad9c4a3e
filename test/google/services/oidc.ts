import type { Serve } from "../../faults/front.ts";
import { json } from "../problem.ts";
import { type KeyPair, signJwt } from "../tokens.ts";
import type { World } from "../world.ts";

const ISSUER = "https://token.actions.githubusercontent.com";

/** Life of GitHub's ID tokens, in seconds. */
const LIFETIME = 300;

/**
 * GitHub's OIDC endpoint for one job: `GET …?audience=…` with the bearer of the job gives an ID token for it. The
 * status of its refusals is from memory.
 */
export const oidc =
  ({ facts, tokens, trouble, now }: World, keys: KeyPair, bearer: string): Serve =>
  ({ headers, query }) => {
    if (headers.authorization !== `Bearer ${bearer}`) return json({ message: "Unauthorized" }, 401);
    if (trouble.signIn === "job-ended") {
      return json({ message: "Can't issue ID_TOKEN for job in 'Completed' state" }, 400);
    }
    const iat = Math.floor(now() / 1000);
    const claims = {
      iss: ISSUER,
      aud: query.get("audience") ?? "https://github.com/shop",
      sub: facts.subject,
      iat,
      nbf: iat,
      exp: iat + (facts.tokenLifetimeSeconds ?? LIFETIME),
      jti: crypto.randomUUID(),
      repository: "shop/web",
      repository_owner: "shop",
      ref: "refs/heads/main",
    };
    const value = tokens.keep(signJwt(claims, keys));
    return json({ count: value.length, value });
  };
