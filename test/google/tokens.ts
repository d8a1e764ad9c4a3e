import { createSign, createVerify, generateKeyPairSync } from "node:crypto";

/** Who a token stands for. Only with the scope for it does a service see the e-mail address, else the id. */
export interface Principal {
  readonly id: string;
  readonly email?: string;
}

/** An access token as it was handed out. */
export interface Grant {
  readonly value: string;
  readonly principal: Principal;
  readonly scopes: readonly string[];
  /** Milliseconds since 1970. */
  readonly endsAt: number;
}

/** What a new access token is to be. */
export interface Wish {
  /** As Google's tokens begin: `ya29.d.` for a federated one, `ya29.c.` for a service account, `ya29.a0` for a user. */
  readonly prefix: "ya29.d." | "ya29.c." | "ya29.a0";
  readonly principal: Principal;
  readonly scopes: readonly string[];
  /** Seconds. */
  readonly lifetime: number;
}

export const CLOUD_PLATFORM = "https://www.googleapis.com/auth/cloud-platform";
export const EMAIL = "https://www.googleapis.com/auth/userinfo.email";

/** All access tokens that were handed out, and everything else that is secret. */
export class Tokens {
  readonly #grants = new Map<string, Grant>();
  readonly #secrets = new Set<string>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Hands out an access token. */
  issue({ prefix, principal, scopes, lifetime }: Wish): Grant {
    const value = `${prefix}${randomText(120)}`;
    const grant = { value, principal, scopes, endsAt: this.#now() + lifetime * 1000 };
    this.#grants.set(this.keep(value), grant);
    return grant;
  }

  /** The token of an `Authorization` header, if it is one and still lives. */
  check(authorization: string | undefined): Grant | undefined {
    const grant = this.#grants.get(authorization?.replace(/^Bearer /i, "") ?? "");
    return grant && grant.endsAt > this.#now() ? grant : undefined;
  }

  /** Ends every token now, whatever was said of its life. */
  expireAll(): void {
    this.#grants.clear();
  }

  /** Remembers a secret, and answers with it. */
  keep(secret: string): string {
    this.#secrets.add(secret);
    return secret;
  }

  /** Every secret that was ever handed out, or in play. */
  secrets(): string[] {
    return [...this.#secrets];
  }
}

/** The user that Kubernetes sees. */
export const userOf = ({ principal: { id, email }, scopes }: Grant): string =>
  email !== undefined && scopes.includes(EMAIL) ? email : id;

/** Text that nobody can guess, of letters that tokens are made of. */
export const randomText = (length: number): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(length)))
    .toString("base64url")
    .slice(0, length);

/** A key pair, PEM. */
export interface KeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** RSA, as both GitHub and Google use it. */
export const makeKeyPair = (): KeyPair =>
  generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });

/** Claims of a JWT; `exp` and `iat` in seconds since 1970. */
export type Claims = Readonly<Record<string, unknown>>;

/** A signed JWT. */
export function signJwt(claims: Claims, { privateKey }: KeyPair): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const content = `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}`;
  return `${content}.${createSign("sha256").update(content).sign(privateKey, "base64url")}`;
}

/** Claims of a JWT with a valid signature, else `undefined`. */
export function claimsOf(jwt: string, { publicKey }: KeyPair): Claims | undefined {
  const [head = "", body = "", signature = ""] = jwt.split(".");
  const isSigned = createVerify("sha256").update(`${head}.${body}`).verify(publicKey, signature, "base64url");
  return isSigned ? JSON.parse(Buffer.from(body, "base64url").toString()) : undefined;
}
