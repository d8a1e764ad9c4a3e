import type { Tokens } from "./tokens.ts";

/** A fleet membership. */
export interface Membership {
  /** `global`, or a region. */
  readonly location: string;
  readonly name: string;
  /** `//container.googleapis.com/projects/…`; default: our cluster. */
  readonly resourceLink?: string;
}

/** A node pool. It has one managed instance group in each zone of the cluster. */
export interface PoolFacts {
  readonly name: string;
  /** Default `RUNNING`. */
  readonly status?: string;
  /** The most nodes, in each zone or in all; absent: the pool does not scale. */
  readonly most?: { readonly perZone: number } | { readonly inTotal: number };
  /** As the Container API spells them: `{ key, value, effect: "NO_SCHEDULE" }`. */
  readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
  /** Further fields of `config`, as the Container API spells them. Default: machines of type e2-standard-4. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** How things are at Google. A test may change any of it, at any time. */
export interface Facts {
  project: string;
  projectNumber: string;
  /** Region or zone of the cluster. */
  location: string;
  cluster: string;
  /** As the Container API spells it. */
  status: string;
  version: string;
  autopilot: boolean;
  nodePools: readonly PoolFacts[];
  /** Node auto-provisioning is on, up to so many CPU and GB. */
  autoprovisioning: { readonly cpu: number; readonly memory: number } | undefined;
  publicEndpoint: boolean;
  privateEndpoint: boolean;
  /** The DNS endpoint has a name in any case. */
  dnsExternalTraffic: boolean;
  /** Ranges that may reach the public endpoint. It is silent to others; we come from 127.0.0.1. */
  authorizedNetworks: readonly string[] | undefined;
  memberships: readonly Membership[];
  /** The cluster itself names its membership, as one does that was registered by GKE. */
  namesMembership: boolean;
  /** Further clusters of the project. */
  otherClusters: readonly { readonly name: string; readonly location: string }[];
  /** Last word on the cluster's JSON. */
  shape: (cluster: Readonly<Record<string, unknown>>) => unknown;
  /** `googleapis.com`, or that of a sovereign cloud. */
  universe: string;
  pool: string;
  provider: string;
  /** `sub` of the ID tokens of this job. */
  subject: string;
  serviceAccount: string;
  /** Life of every token, in seconds; `undefined`: 300 for an ID token and what it is exchanged for, 3600 for others. */
  tokenLifetimeSeconds: number | undefined;
}

/** What a sign-in can fail by. */
export type SignInTrouble =
  /** GitHub gives no ID token any more. */
  | "job-ended"
  /** The pool or the provider is not there, or is switched off. */
  | "no-provider"
  /** The attribute condition of the provider. */
  | "condition"
  /** The provider allows other audiences. */
  | "audience"
  /** The service account is not there. */
  | "no-account"
  /** The key of the service account was deleted. */
  | "key-deleted"
  /** The user has revoked it. */
  | "revoked";

/** What Google refuses. */
export interface Trouble {
  /** Permissions that nobody has: `container.clusters.get`, `iam.serviceAccounts.getAccessToken`, … */
  readonly denied: Set<string>;
  /** APIs that are off in the project, by host: `container.googleapis.com`. */
  readonly disabled: Set<string>;
  /** APIs whose quota is used up, by host. */
  readonly exhausted: Set<string>;
  signIn: SignInTrouble | undefined;
}

/** Everything that the services share. */
export interface World {
  readonly facts: Facts;
  readonly trouble: Trouble;
  readonly tokens: Tokens;
  /** Milliseconds since 1970. */
  now(): number;
}

/** A cluster with every endpoint, in a healthy project. */
export const usualFacts = (): Facts => ({
  project: "shop-prod",
  projectNumber: "123456789",
  location: "europe-west1",
  cluster: "prod",
  status: "RUNNING",
  version: "1.36.3-gke.1200000",
  autopilot: false,
  nodePools: [{ name: "default-pool" }],
  autoprovisioning: undefined,
  publicEndpoint: true,
  privateEndpoint: true,
  dnsExternalTraffic: true,
  authorizedNetworks: undefined,
  memberships: [{ location: "global", name: "prod" }],
  namesMembership: true,
  otherClusters: [],
  shape: (cluster) => cluster,
  universe: "googleapis.com",
  pool: "github",
  provider: "shop",
  subject: "repo:shop/web:ref:refs/heads/main",
  serviceAccount: "deployer@shop-prod.iam.gserviceaccount.com",
  tokenLifetimeSeconds: undefined,
});

/** No trouble. */
export const noTrouble = (): Trouble => ({
  denied: new Set(),
  disabled: new Set(),
  exhausted: new Set(),
  signIn: undefined,
});

/** `projects/N/locations/global/workloadIdentityPools/POOL` */
export const poolOf = ({ projectNumber, pool }: Facts): string =>
  `projects/${projectNumber}/locations/global/workloadIdentityPools/${pool}`;

/** `//iam.googleapis.com/projects/N/locations/global/workloadIdentityPools/POOL/providers/PROVIDER` */
export const audienceOf = (facts: Facts): string =>
  `//iam.googleapis.com/${poolOf(facts)}/providers/${facts.provider}`;

/** `projects/P/locations/L/clusters/C` */
export const clusterPath = ({ project, location, cluster }: Facts): string =>
  `projects/${project}/locations/${location}/clusters/${cluster}`;
