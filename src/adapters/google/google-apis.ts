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
  /** Whom the reads are charged to, where somebody said so. */
  charged(): Charged | undefined;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** A project that pays. */
export interface Charged {
  readonly project: string;
  /** What to do so that it need not: completes "or …". */
  readonly otherwise: string;
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
    charged: () => chargedBy(options),
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

/** Whom to charge: the input, else what the environment says, else the credentials. */
function chargedBy({ authenticator, quotaProject, env }: GoogleApisOptions): Charged | undefined {
  if (quotaProject !== undefined) {
    return { project: quotaProject, otherwise: "leave `quota-project-id` out" };
  }
  const variable = env.GOOGLE_CLOUD_QUOTA_PROJECT;
  if (variable) return { project: variable, otherwise: "unset GOOGLE_CLOUD_QUOTA_PROJECT" };
  const project = authenticator.quotaProject();
  return project === undefined
    ? undefined
    : { project, otherwise: "take `quota_project_id` out of the credentials' file" };
}

/** Tells Google's APIs whom to charge. */
function charging(options: GoogleApisOptions): Signer {
  const { authenticator } = options;
  return {
    credentials: async () => {
      const credentials = await authenticator.credentials();
      const charged = chargedBy(options);
      if (charged === undefined) return credentials;
      return { ...credentials, headers: { ...credentials.headers, "x-goog-user-project": charged.project } };
    },
    forget: (refused) => authenticator.forget(refused),
  };
}
