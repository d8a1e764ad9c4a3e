import type { Signer } from "../kubernetes/credentials.ts";
import { proxyOf } from "../kubernetes/dispatcher.ts";
import { createTransport, type Transport } from "../kubernetes/transport.ts";
import type { GoogleAuthenticator } from "./authenticator.ts";
import type { WireOptions } from "./wire.ts";

/** Google's APIs that are asked, by the name that gcloud has for each. */
export type Service = "container" | "gkehub" | "cloudresourcemanager" | "connectgateway";

/** Google's APIs, each over one keep-alive transport. */
export interface GoogleApis {
  /** Reads one object. Throws the transport's failures. */
  get(service: Service, path: string, signal: AbortSignal): Promise<unknown>;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** What they are made of. */
export interface GoogleApisOptions extends WireOptions {
  readonly authenticator: GoogleAuthenticator;
  /** `googleapis.com`, or that of a sovereign cloud. */
  readonly universe: string;
  readonly quotaProject: string | undefined;
}

/** Address of an API, without a final slash: gcloud's variables override it. */
export function baseOf(
  service: Service,
  { env, universe }: Pick<WireOptions, "env"> & { universe: string },
): string {
  const override = env[`CLOUDSDK_API_ENDPOINT_OVERRIDES_${service.toUpperCase()}`]?.trim();
  return (override || `https://${service}.${universe}`).replace(/\/+$/, "");
}

/** Makes the way to Google's APIs. Contacts nothing. */
export function createGoogleApis(options: GoogleApisOptions): GoogleApis {
  const transports = new Map<Service, Transport>();
  const transportTo = (service: Service): Transport => {
    const there = transports.get(service) ?? open(service, options);
    transports.set(service, there);
    return there;
  };
  return {
    get: async (service, path, signal) => {
      const { text } = await transportTo(service).send({ method: "GET", path }, signal);
      return JSON.parse(text);
    },
    close: async () => {
      await Promise.all([...transports.values()].map((transport) => transport.close()));
    },
  };
}

function open(service: Service, options: GoogleApisOptions): Transport {
  const server = baseOf(service, options);
  const cluster = { name: service, server, skipTLSVerify: false };
  const access = {
    from: server,
    context: { name: service, cluster: service, user: "" },
    cluster,
    user: undefined,
  };
  return createTransport({
    ...options,
    access,
    proxy: proxyOf(cluster, options.env),
    authenticator: charging(options),
  });
}

/** Tells Google's APIs whom to charge: the input, else what the credentials say. */
function charging({ authenticator, quotaProject, env }: GoogleApisOptions): Signer {
  return {
    credentials: async () => {
      const credentials = await authenticator.credentials();
      const project = quotaProject ?? (env.GOOGLE_CLOUD_QUOTA_PROJECT || authenticator.quotaProject());
      if (project === undefined) return credentials;
      return { ...credentials, headers: { ...credentials.headers, "x-goog-user-project": project } };
    },
    forget: (refused) => authenticator.forget(refused),
  };
}
