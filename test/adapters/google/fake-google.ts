import { generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import tls from "node:tls";
import type { Environment } from "../../../src/adapters/environment.ts";
import { type FindOptions, findGkeCluster } from "../../../src/adapters/google/find-gke-cluster.ts";
import type { GkeDoor } from "../../../src/adapters/google/gke-door.ts";
import type { GkeCluster } from "../../../src/core/inputs/where.ts";
import { never, temporaryDirectory } from "../kubernetes/doors.ts";
import {
  type Answer,
  certificate,
  type FakeApi,
  type Got,
  inline,
  json,
  serveApi,
} from "../kubernetes/fake-api.ts";

// Google's own certificates are publicly trusted; for these tests the authority of the fake is.
tls.setDefaultCACertificates([
  ...tls.getCACertificates("default"),
  readFileSync(certificate("authority.crt"), "utf8"),
]);

const POOL = "projects/123/locations/global/workloadIdentityPools/ci";

/** The identity that direct federation gives these tests. */
export const PRINCIPAL = `principal://iam.googleapis.com/${POOL}/subject/repo:octo/shop:ref:refs/heads/main`;

/** The service account of these tests. */
export const ACCOUNT = "deployer@proj-1.iam.gserviceaccount.com";

/** How the workflow signed in. */
export type Credential = "federation" | "impersonation" | "key" | "user" | "metadata";

/** A fake of all that the search for a cluster asks. Its Kubernetes API answers at the same address. */
export interface FakeGoogle {
  readonly api: FakeApi;
  /** Answers by path, before the usual ones. */
  readonly answers: Record<string, Answer>;
  /** What the Container API tells of the cluster. */
  cluster: Record<string, unknown>;
  /** Every token, key and proof that was handed out. */
  readonly secrets: string[];
  /** Seconds that a token lives, and a clock in milliseconds that rules it. */
  tokenSeconds: number;
  now: number;
  /** How often each path was asked. */
  count(path: string): number;
}

export const CLUSTER_PATH = "/v1/projects/proj-1/locations/europe-west1/clusters/shop";
export const OIDC_PATH = "/oidc";
export const STS_PATH = "/v1/token";
export const IAM_PATH = `/v1/projects/-/serviceAccounts/${ACCOUNT}:generateAccessToken`;
export const KEY_PATH = "/token";
export const METADATA_PATH = "/computeMetadata/v1/instance/service-accounts/default/token";

/** Host and port of a server. */
export const hostOf = ({ url }: FakeApi): string => new URL(url).host;

/** Starts it over TLS (the metadata server, which speaks HTTP, over HTTP). */
export async function fakeGoogle(as: "server" | "http" = "server"): Promise<FakeGoogle> {
  const minted = new Map<string, number>();
  const fake: FakeGoogle = {
    api: await serveApi((response, got) => answer(fake, minted, got)(response, got), as),
    answers: {},
    cluster: {},
    secrets: [],
    tokenSeconds: 300,
    now: 0,
    count: (wanted) => fake.api.got.filter((got) => got.path === wanted).length,
  };
  fake.cluster = runningCluster(fake.api);
  return fake;
}

/** A cluster with an open public endpoint. */
const runningCluster = (api: FakeApi): Record<string, unknown> => ({
  name: "shop",
  status: "RUNNING",
  currentMasterVersion: "1.36.3-gke.1",
  endpoint: hostOf(api),
  masterAuth: { clusterCaCertificate: inline("authority.crt") },
});

/** Body of a refusal as Google's APIs write it. */
export const refusal = (
  code: number,
  status: string,
  message: string,
  reason?: string,
  metadata: Record<string, string> = {},
): Answer => {
  const details = reason
    ? [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason, domain: "googleapis.com", metadata }]
    : [];
  return json({ error: { code, message, status, details } }, code);
};

function answer(fake: FakeGoogle, minted: Map<string, number>, got: Got): Answer {
  const special = fake.answers[got.path];
  if (special !== undefined) return special;
  const made = (token: string): string => {
    fake.secrets.push(token);
    minted.set(token, fake.now);
    return token;
  };
  switch (got.path) {
    case OIDC_PATH:
      return json({ value: made(jwt({ sub: "repo:octo/shop:ref:refs/heads/main", n: minted.size })) });
    case STS_PATH:
    case KEY_PATH:
    case METADATA_PATH:
      return json({
        access_token: made(`ya29.token-${minted.size}`),
        expires_in: fake.tokenSeconds,
        token_type: "Bearer",
      });
    case IAM_PATH: {
      const expireTime = new Date(Date.now() + fake.tokenSeconds * 1000).toISOString();
      return json({ accessToken: made(`ya29.token-${minted.size}`), expireTime });
    }
    case "/computeMetadata/v1/instance/service-accounts/default/email":
      return (response) => void response.end(ACCOUNT);
  }
  const token = got.headers.authorization?.replace("Bearer ", "") ?? "";
  const born = minted.get(token);
  if (born === undefined || fake.now - born >= fake.tokenSeconds * 1000) {
    return refusal(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.");
  }
  if (got.path === CLUSTER_PATH) return json(fake.cluster);
  if (got.path === "/version" || got.path.endsWith("/gkeMemberships/shop/version"))
    return json({ minor: "36" });
  return refusal(404, "NOT_FOUND", `Not found: ${got.path}`);
}

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

const jwt = (payload: object): string => `${base64({ alg: "RS256" })}.${base64(payload)}.c2lnbmF0dXJl`;

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const PRIVATE_KEY = privateKey.export({ type: "pkcs8", format: "pem" }).toString();

/** What google-github-actions/auth, or gcloud, writes. */
export function credentialJson(kind: Exclude<Credential, "metadata">, url: string): Record<string, unknown> {
  const federation = {
    type: "external_account",
    audience: `//iam.googleapis.com/${POOL}/providers/github`,
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    token_url: `${url}${STS_PATH}`,
    credential_source: {
      url: `${url}${OIDC_PATH}?audience=x`,
      headers: { Authorization: "Bearer request-token" },
      format: { type: "json", subject_token_field_name: "value" },
    },
  };
  switch (kind) {
    case "federation":
      return federation;
    case "impersonation":
      return { ...federation, service_account_impersonation_url: `${url}${IAM_PATH}` };
    case "key":
      return {
        type: "service_account",
        project_id: "proj-1",
        private_key_id: "key-id-1",
        private_key: PRIVATE_KEY,
        client_email: ACCOUNT,
        token_uri: `${url}${KEY_PATH}`,
      };
    case "user":
      return {
        type: "authorized_user",
        client_id: "id",
        client_secret: "client-secret-1",
        refresh_token: "refresh-1",
      };
  }
}

/** Writes a credentials file and gives its path. */
export function writeCredentials(content: unknown): string {
  const file = path.join(temporaryDirectory(), "gha-creds.json");
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

/** The environment that a workflow signed in that way leaves. `home` is an empty directory. */
export function environment(google: FakeGoogle, kind: Credential = "federation"): Environment {
  const { url } = google.api;
  const source =
    kind === "metadata"
      ? { GCE_METADATA_HOST: url }
      : { GOOGLE_APPLICATION_CREDENTIALS: writeCredentials(credentialJson(kind, url)) };
  return {
    HOME: temporaryDirectory(),
    ...source,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_CONTAINER: `${url}/`,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_GKEHUB: url,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_CONNECTGATEWAY: url,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDRESOURCEMANAGER: url,
  };
}

/** What was said and masked while a cluster was looked for. */
export interface Heard {
  readonly lines: string[];
  readonly masked: string[];
}

/** Looks for the cluster `shop`. */
export async function find(
  env: Environment,
  wanted: Partial<GkeCluster> = {},
  options: Partial<FindOptions> = {},
): Promise<{ door: GkeDoor } & Heard> {
  const heard: Heard = { lines: [], masked: [] };
  const say = (text: string) => void heard.lines.push(text);
  const door = await findGkeCluster(
    {
      project: "proj-1",
      location: "europe-west1",
      cluster: "shop",
      endpoint: "auto",
      fleetMembership: undefined,
      quotaProject: undefined,
      ...wanted,
    },
    {
      env,
      log: { info: say, warning: say, group: (_, work) => work() },
      mask: (secret) => void heard.masked.push(secret),
      debug: say,
      signal: never,
      firstPauseMs: 1,
      probePace: { allMs: 1_500, headStartMs: 200 },
      ...options,
    },
  );
  return { door, ...heard };
}
