import { gaxios } from "google-auth-library";
import type { Environment } from "../environment.ts";
import { proxyOf } from "../kubernetes/dispatcher.ts";
import { type ApiRequest, createTransport } from "../kubernetes/transport.ts";

/** How Google is spoken to, and who hears of it. */
export interface WireOptions {
  readonly env: Environment;
  readonly userAgent: string;
  readonly debug?: ((line: string) => void) | undefined;
  /** Hears every secret before its first use. */
  readonly mask: (secret: string) => void;
  /** Milliseconds before the first repetition of a request. */
  readonly firstPauseMs?: number;
}

/** A request of a sign-in that failed: to whom, and as cause what the transport says of it. */
export class SignInFailure extends Error {
  readonly url: URL;

  constructor(url: URL, cause: unknown) {
    super(`no token from ${url.host}`, { cause });
    this.name = "SignInFailure";
    this.url = url;
  }
}

/** One request of a sign-in. */
export interface SignInRequest extends Pick<ApiRequest, "method" | "body" | "headers"> {
  readonly url: URL;
  readonly deadlineMs?: number;
  /** Whatever the environment says, there is no proxy before it (the metadata server). */
  readonly direct?: true;
}

const DEADLINE_MS = 10_000;

/**
 * Sends one request of a sign-in as all others are sent: with repetitions, deadline, proxy. It makes a token and
 * writes nothing, so that it may be repeated. Connections are not kept: the next sign-in is minutes away.
 * Throws `SignInFailure`.
 */
export async function ask(request: SignInRequest, options: WireOptions): Promise<string> {
  const { url, method, body, headers, deadlineMs = DEADLINE_MS, direct } = request;
  const cluster = { name: url.host, server: url.origin, skipTLSVerify: false };
  const transport = createTransport({
    ...options,
    access: {
      from: url.host,
      context: { name: url.host, cluster: url.host, user: "" },
      cluster,
      user: undefined,
    },
    proxy: direct ? { url: "", exceptions: "" } : proxyOf(cluster, options.env),
    authenticator: {
      credentials: async () => ({ headers: {}, cert: undefined, key: undefined }),
      forget: () => undefined,
    },
  });
  try {
    const sent = { method, path: url.pathname + url.search, deadlineMs, writesNothing: true } as const;
    const { text } = await transport.send(
      { ...sent, ...(body === undefined ? {} : { body }), ...(headers ? { headers } : {}) },
      NEVER,
    );
    for (const secret of secretsOf(text)) options.mask(secret);
    return text;
  } catch (error) {
    throw new SignInFailure(url, error);
  } finally {
    await transport.close();
  }
}

const NEVER = new AbortController().signal;

/** Tokens in an answer of GitHub, STS, IAM Credentials, or an OAuth endpoint. */
function secretsOf(text: string): readonly string[] {
  try {
    const { value, access_token, accessToken, id_token } = Object(JSON.parse(text));
    return [value, access_token, accessToken, id_token].filter(isSecret);
  } catch {
    return [];
  }
}

const isSecret = (value: unknown): value is string => typeof value === "string" && value !== "";

/** Lets google-auth-library send its requests by `ask`. `heard` takes each answer. */
export function createTransporter(
  options: WireOptions,
  redirect: (url: URL) => URL,
  heard: (url: URL, text: string) => void,
): gaxios.Gaxios {
  const fetchImplementation = async (input: unknown, init?: RequestInit): Promise<Response> => {
    const url = redirect(new URL(String(input)));
    const form = init?.body instanceof URLSearchParams ? init.body : new URLSearchParams();
    for (const name of ["subject_token", "assertion", "refresh_token", "client_secret"]) {
      const secret = form.get(name);
      if (secret) options.mask(secret);
    }
    const headers = Object.fromEntries(new Headers(init?.headers));
    const text = await ask({ url, ...requestOf(init, headers) }, options);
    // A token by itself, as an OIDC endpoint of the format `text` gives it.
    if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text.trim())) options.mask(text.trim());
    heard(url, text);
    return new Response(text, { headers: { "content-type": "application/json" } });
  };
  // The transport repeats by itself; what it gives up is given up.
  return new gaxios.Gaxios({ fetchImplementation, retryConfig: { shouldRetry: () => false } });
}

const FORM = "application/x-www-form-urlencoded;charset=UTF-8";

function requestOf(
  init: RequestInit | undefined,
  headers: Readonly<Record<string, string>>,
): Pick<SignInRequest, "method" | "body" | "headers"> {
  const { body } = init ?? {};
  if (body === undefined || body === null) return { method: "GET", headers };
  const typed = body instanceof URLSearchParams ? { "content-type": FORM, ...headers } : headers;
  return { method: "POST", body: String(body), headers: typed };
}
