import type { Authenticator, Credentials } from "../kubernetes/credentials.ts";
import { REFRESH_MS, type TokenSource } from "./token.ts";

/** Signs requests with access tokens of Google. */
export interface GoogleAuthenticator extends Authenticator {
  /** Project that the credentials want their calls charged to, once there is a token. */
  quotaProject(): string | undefined;
}

/** What an authenticator is made of. `now`: milliseconds of a clock that only goes forward. */
export interface AuthenticatorOptions {
  readonly source: Pick<TokenSource, "mint" | "identity">;
  readonly mask: (secret: string) => void;
  readonly now: () => number;
}

/** After a refresh that failed while the token is good, the next one waits this long. */
const PAUSE_MS = 5_000;

/** After a token was dropped, the next one is not for so long: a server that refuses both refuses a third as well. */
const KEPT_MS = 20_000;

interface Held {
  readonly credentials: Credentials;
  readonly quotaProject: string | undefined;
  /** From then on it is replaced, beside the requests that still use it. */
  readonly staleAt: number;
  /** From then on requests wait for the next. */
  readonly endsAt: number;
}

/**
 * Holds one token, and replaces it before it ends. All who wait share one exchange; while the token is good nobody
 * waits, and an exchange that fails is tried again later.
 */
export function createGoogleAuthenticator(options: AuthenticatorOptions): GoogleAuthenticator {
  return new TokenKeeper(options);
}

class TokenKeeper implements GoogleAuthenticator {
  readonly #options: AuthenticatorOptions;
  #held: Held | undefined;
  #exchange: Promise<Held> | undefined;
  #notBefore = 0;
  #keptUntil = 0;

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
  }

  get as(): string {
    return this.#options.source.identity().text;
  }

  get refused(): string {
    return `a token that was just made for ${this.as} is not accepted; it may have been disabled or deleted meanwhile`;
  }

  async credentials(): Promise<Credentials> {
    const now = this.#options.now();
    const held = this.#held;
    if (held === undefined || now >= held.endsAt) return (await this.#fresh()).credentials;
    if (now >= held.staleAt && now >= this.#notBefore) this.#refresh(now);
    return held.credentials;
  }

  forget(refused: Credentials): void {
    const now = this.#options.now();
    const isHeld = refused.headers.Authorization === this.#held?.credentials.headers.Authorization;
    if (!isHeld || now < this.#keptUntil) return;
    this.#held = undefined;
    this.#keptUntil = now + KEPT_MS;
  }

  quotaProject(): string | undefined {
    return this.#held?.quotaProject;
  }

  #refresh(now: number): void {
    this.#notBefore = now + PAUSE_MS;
    // Its failure is told when the token has ended and the next exchange fails too.
    this.#fresh().catch(() => undefined);
  }

  #fresh(): Promise<Held> {
    this.#exchange ??= this.#mint().finally(() => {
      this.#exchange = undefined;
    });
    return this.#exchange;
  }

  async #mint(): Promise<Held> {
    const { source, mask, now } = this.#options;
    // The token ages from the moment it was asked for.
    const asked = now();
    const { value, lifetimeMs, quotaProject } = await source.mint();
    mask(value);
    const margin = Math.min(REFRESH_MS, lifetimeMs / 5);
    this.#held = {
      credentials: { headers: { Authorization: `Bearer ${value}` }, cert: undefined, key: undefined },
      quotaProject,
      staleAt: asked + lifetimeMs - margin,
      endsAt: asked + lifetimeMs - margin / 10,
    };
    return this.#held;
  }
}
