import {
  type AuthClient,
  BaseExternalAccountClient,
  DEFAULT_UNIVERSE,
  GoogleAuth,
} from "google-auth-library";
import { type CredentialFile, findCredentialFile, secretsIn } from "./credential-file.ts";
import { explainFile } from "./explain-sign-in.ts";
import { identityOf } from "./identity.ts";
import { metadataSource } from "./metadata-source.ts";
import { REFRESH_MS, SCOPES, SHORTEST_MS, type Token, type TokenSource } from "./token.ts";
import { createTransporter, type WireOptions } from "./wire.ts";

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
