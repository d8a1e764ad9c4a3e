import type { Identity } from "./identity.ts";

/** An access token. */
export interface Token {
  readonly value: string;
  readonly lifetimeMs: number;
  /** Project that the credentials want their calls charged to. */
  readonly quotaProject: string | undefined;
}

/** What makes access tokens: a file of credentials, or the metadata server. */
export interface TokenSource {
  /** What it is and where it comes from, for the log. */
  readonly text: string;
  /**
   * Makes a token. Throws `ActionError` with `AuthenticationFailed` for what no second try changes, another error
   * for what may pass.
   */
  mint(): Promise<Token>;
  /** Whom the tokens stand for. */
  identity(): Identity;
  /** Domain of Google's APIs for them. */
  universe(): Promise<string>;
}

/** The email lets Kubernetes see a service account by its address, not by its number. */
export const SCOPES = [
  "https://www.googleapis.com/auth/cloud-platform",
  "https://www.googleapis.com/auth/userinfo.email",
];

/**
 * Before its end a token is replaced. The library's own default is 5 min, the whole life of a token of direct
 * federation.
 */
export const REFRESH_MS = 60_000;

/** A token that does not tell its end is taken to live as long as the shortest that Google makes. */
export const SHORTEST_MS = 300_000;
