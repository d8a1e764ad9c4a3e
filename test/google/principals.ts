import type { Principal } from "./tokens.ts";
import { type Facts, poolOf } from "./world.ts";

/** A job itself, without a service account. */
export const federatedPrincipal = (facts: Facts): Principal => ({
  id: `principal://iam.googleapis.com/${poolOf(facts)}/subject/${facts.subject}`,
});

/** The service account, whoever speaks for it. */
export const accountPrincipal = ({ serviceAccount }: Facts): Principal => ({
  id: "117000000000000000001",
  email: serviceAccount,
});

/** Somebody who signed in with gcloud. */
export const userPrincipal = {
  id: "104000000000000000002",
  email: "jane@example.com",
} satisfies Principal;
