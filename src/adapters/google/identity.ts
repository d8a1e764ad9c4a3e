import type { CredentialFile } from "./credential-file.ts";

/** Whom Google sees, as far as that is known here. */
export interface Identity {
  /** In a sentence. */
  readonly text: string;
  /** Member of an IAM binding, `serviceAccount:…` or `principal://…`. */
  readonly member: string | undefined;
}

/** A service account by its address. */
const serviceAccount = (email: string): Identity => ({
  text: `service account ${email}`,
  member: `serviceAccount:${email}`,
});

/**
 * Whom a metadata server stands for, by the address that it tells. A pod of GKE without a service account of Google's
 * is told the pool of its cluster, `PROJECT.svc.id.goog`, which is no member of an IAM binding.
 */
export const tenantOf = (address: string): Identity =>
  address.includes("@") ? serviceAccount(address) : { text: `an identity of ${address}`, member: undefined };

/** Whom the credentials of a file stand for in the end. `subject`: that of the token which proves it, once seen. */
export function identityOf(file: CredentialFile, subject: string | undefined): Identity {
  const email = serviceAccountOf(file);
  if (email !== undefined) return serviceAccount(email);
  if (file.type === "external_account") return federated(file, subject);
  return { text: `the user of ${file.from}`, member: undefined };
}

/** The service account that a file is of, or that it impersonates. */
export function serviceAccountOf({ json }: CredentialFile): string | undefined {
  if (typeof json.client_email === "string") return json.client_email;
  return /serviceAccounts\/([^/:]+):generateAccessToken$/.exec(
    String(json.service_account_impersonation_url),
  )?.[1];
}

/**
 * The identity that a workload identity provider makes of a token, where its subject is mapped from `assertion.sub`
 * as usual. Source: IAM documentation, "Principal identifiers".
 */
export function federated({ json }: CredentialFile, subject: string | undefined): Identity {
  const pool = poolOf(json.audience);
  if (pool === undefined) return { text: `an identity of ${String(json.audience)}`, member: undefined };
  if (subject === undefined) return { text: `an identity of ${pool.name}`, member: undefined };
  const member = `principal://iam.googleapis.com/${pool.name}/subject/${subject}`;
  return { text: member, member };
}

/** A workload identity pool and its provider, as the audience of a credential configuration names them. */
export interface Pool {
  /** `projects/N/locations/global/workloadIdentityPools/POOL`. */
  readonly name: string;
  readonly project: string;
  readonly pool: string;
  readonly provider: string;
}

/** Reads the audience; `undefined` where it is of another kind (a workforce pool). */
export function poolOf(audience: unknown): Pool | undefined {
  const found =
    /\/(projects\/([^/]+)\/locations\/[^/]+\/workloadIdentityPools\/([^/]+))\/providers\/([^/]+)$/.exec(
      String(audience),
    );
  const [, name, project, pool, provider] = found ?? [];
  return name && project && pool && provider ? { name, project, pool, provider } : undefined;
}
