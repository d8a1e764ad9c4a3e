import {
  type AuthClient,
  BaseExternalAccountClient,
  DEFAULT_UNIVERSE,
  GoogleAuth,
} from "google-auth-library";
import { type CredentialFile, findCredentialFile, secretsIn } from "./credential-file.ts";
import { explainFile, explainMetadata } from "./explain-sign-in.ts";
import { type Identity, identityOf, serviceAccount } from "./identity.ts";
import { ask, createTransporter, type WireOptions } from "./wire.ts";

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
const SCOPES = [
  "https://www.googleapis.com/auth/cloud-platform",
  "https://www.googleapis.com/auth/userinfo.email",
];

/**
 * Before its end a token is replaced. The library's own default is 5 min, the whole life of a token of direct
 * federation.
 */
export const REFRESH_MS = 60_000;

/** A token that does not tell its end is taken to live as long as the shortest that Google makes. */
const SHORTEST_MS = 300_000;

/** Finds the Application Default Credentials. Contacts nothing. Throws `ActionError` when their file is unusable. */
export function findTokenSource(project: string, options: WireOptions): TokenSource {
  const file = findCredentialFile(options.env);
  return file === undefined ? metadataSource(options) : fileSource(file, project, options);
}

function fileSource(file: CredentialFile, project: string, options: WireOptions): TokenSource {
  for (const secret of secretsIn(file.json)) options.mask(secret);
  let subject: string | undefined;
  const transporter = createTransporter(
    options,
    (url) => tokenUrlOf(file, url),
    (_, text) => {
      subject = subjectOf(text) ?? subject;
    },
  );
  const clientOptions = {
    transporter,
    eagerRefreshThresholdMillis: REFRESH_MS,
    useAuthRequestParameters: false,
  };
  // A client of its own for each token: what it remembers is of no use when a new one is wanted.
  const client = () => clientFor(file, { projectId: project, scopes: SCOPES, clientOptions });
  return {
    text: `${kindOf(file)} from ${file.from}`,
    mint: async () => {
      try {
        return await tokenOf(await client());
      } catch (error) {
        throw explainFile(error, file, subject);
      }
    },
    identity: () => identityOf(file, subject),
    universe: async () => String(file.json.universe_domain || DEFAULT_UNIVERSE),
  };
}

type AuthOptions = ConstructorParameters<typeof GoogleAuth>[0];

async function clientFor({ json }: CredentialFile, options: AuthOptions): Promise<AuthClient> {
  const client = await new GoogleAuth({ ...options, credentials: json }).getClient();
  if (client instanceof BaseExternalAccountClient) {
    // google-auth-library 10.9.1 gives its STS client no transporter, so that proxy and deadlines were not ours.
    Reflect.set(Reflect.get(client, "stsCredential"), "transporter", client.transporter);
  }
  return client;
}

async function tokenOf(client: AuthClient): Promise<Token> {
  // Not `getAccessToken`: in other universes a key signs its tokens itself, which only this does.
  const headers = await client.getRequestHeaders("https://container.googleapis.com/");
  const value = headers.get("authorization")?.replace(/^Bearer\s+/i, "") ?? "";
  const end = client.credentials.expiry_date;
  return {
    value,
    lifetimeMs: end ? end - Date.now() : SHORTEST_MS,
    quotaProject: headers.get("x-goog-user-project") ?? undefined,
  };
}

/** The library knows one token endpoint only; a key file names its own, as Google's other libraries respect. */
const tokenUrlOf = ({ json, type }: CredentialFile, url: URL): URL =>
  type === "service_account" && url.href === "https://oauth2.googleapis.com/token" && json.token_uri
    ? (URL.parse(String(json.token_uri)) ?? url)
    : url;

/** Subject of a JWT in an answer of an OIDC endpoint. */
function subjectOf(text: string): string | undefined {
  try {
    const [, payload = ""] = String(JSON.parse(text).value).split(".");
    const { sub } = JSON.parse(Buffer.from(payload, "base64url").toString());
    return typeof sub === "string" ? sub : undefined;
  } catch {
    // An answer of another endpoint.
    return;
  }
}

function kindOf({ type, json }: CredentialFile): string {
  if (type === "service_account") return "a service account key";
  if (type !== "external_account") return `${type.replaceAll("_", " ")} credentials`;
  const through = json.service_account_impersonation_url ? "through a service account" : "directly";
  return `workload identity federation (${through})`;
}

const METADATA_HOST = "169.254.169.254";
/** On a machine that is not Google's, nothing answers there, or someone else does. */
const METADATA_MS = 5_000;

/** Tokens of the machine or the Kubernetes service account that the runner runs as. */
function metadataSource(options: WireOptions): TokenSource {
  const { GCE_METADATA_HOST, GCE_METADATA_IP } = options.env;
  const host = GCE_METADATA_IP || GCE_METADATA_HOST || METADATA_HOST;
  const base = `${/^https?:\/\//.test(host) ? host : `http://${host}`}/computeMetadata/v1`;
  let email: string | undefined;
  const read = (path: string): Promise<string> =>
    ask(
      {
        url: new URL(`${base}/${path}`),
        method: "GET",
        headers: { "metadata-flavor": "Google" },
        deadlineMs: METADATA_MS,
        direct: true,
      },
      options,
    );
  return {
    text: `the metadata server ${host}`,
    mint: async () => {
      try {
        const scopes = encodeURIComponent(SCOPES.join(","));
        const answer = JSON.parse(await read(`instance/service-accounts/default/token?scopes=${scopes}`));
        email ??= await read("instance/service-accounts/default/email").catch(() => undefined);
        const lifetimeMs = (answer.expires_in ?? SHORTEST_MS / 1000) * 1000;
        return { value: String(answer.access_token), lifetimeMs, quotaProject: undefined };
      } catch (error) {
        throw explainMetadata(error, host, options.env);
      }
    },
    identity: () =>
      email === undefined
        ? { text: `the service account of ${host}`, member: undefined }
        : serviceAccount(email.trim()),
    universe: () =>
      read("universe/universe-domain").then(
        (text) => text.trim() || DEFAULT_UNIVERSE,
        () => DEFAULT_UNIVERSE,
      ),
  };
}
