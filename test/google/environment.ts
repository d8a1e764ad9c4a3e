import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type CredentialKind,
  type CredentialSource,
  credentialFile,
  type SignInUrls,
} from "./credential-file.ts";
import type { Fronts } from "./fronts.ts";
import { OIDC_HOST } from "./hosts.ts";
import type { Facts } from "./world.ts";

/** What one run of the action is to find. */
export interface EnvOptions {
  /** Default `direct`. */
  readonly credential?: CredentialKind;
  /**
   * `overridden` (the default): the variables of gcloud lead to the double. `real`: Google's own names, which lead
   * to the double by the proxy.
   */
  readonly hosts?: "overridden" | "real";
}

/** What there is to be found. */
export interface Surroundings {
  readonly facts: Facts;
  readonly fronts: Fronts;
  readonly secrets: Omit<CredentialSource, "facts" | "urls">;
  /** For credential files. */
  readonly directory: string;
  /** Path of the PEM of Google's authority. */
  readonly ca: string;
  /** Its URL. */
  readonly proxy: string;
  readonly isProxyRequired: boolean;
}

/** The environment of a run, as its runner and earlier steps leave it. */
export function environmentOf(around: Surroundings, options: EnvOptions = {}): Record<string, string> {
  const { credential = "direct", hosts = "overridden" } = options;
  const { facts, fronts, secrets } = around;
  const urls = hosts === "real" ? realUrls(facts) : urlsOf(fronts);
  const file = credentialFile(credential, { ...secrets, facts, urls });
  return {
    NODE_EXTRA_CA_CERTS: around.ca,
    HTTPS_PROXY: around.proxy,
    ...(!around.isProxyRequired && { NO_PROXY: "127.0.0.1,127.0.0.2,localhost" }),
    ...(hosts === "overridden" && overrides(fronts)),
    ...(isFederated(credential) && {
      ACTIONS_ID_TOKEN_REQUEST_URL: urls.oidc,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: secrets.bearer,
    }),
    ...(file && { ...leftBehind(around.directory, file), ...projectVariables(facts) }),
    ...(credential === "metadata" && { GCE_METADATA_HOST: new URL(fronts.metadata.url).host }),
    ...(credential === "none" && { GCE_METADATA_HOST: NOBODY }),
  };
}

/** Nothing listens there: a run without credentials is not to look beyond this machine. */
const NOBODY = "127.0.0.1:1";

const isFederated = (kind: CredentialKind): boolean => kind === "direct" || kind === "service-account";

const JOB = "/idtoken/0b1c2d3e/4f5a6b7c?api-version=2.0";

const urlsOf = ({ oidc, sts, iam, oauth }: Fronts): SignInUrls => ({
  oidc: `${oidc.url}${JOB}`,
  sts: sts.url,
  iam: iam.url,
  oauth: oauth.url,
});

const realUrls = ({ universe }: Facts): SignInUrls => ({
  oidc: `https://${OIDC_HOST}${JOB}`,
  sts: `https://sts.${universe}`,
  iam: `https://iamcredentials.${universe}`,
  oauth: "https://oauth2.googleapis.com",
});

/** With the final slash that gcloud wants. */
const overrides = ({ container, hub, gateway, resourceManager }: Fronts) => ({
  CLOUDSDK_API_ENDPOINT_OVERRIDES_CONTAINER: `${container.url}/`,
  CLOUDSDK_API_ENDPOINT_OVERRIDES_GKEHUB: `${hub.url}/`,
  CLOUDSDK_API_ENDPOINT_OVERRIDES_CONNECTGATEWAY: `${gateway.url}/`,
  CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDRESOURCEMANAGER: `${resourceManager.url}/`,
});

/** What google-github-actions/auth leaves in the environment. */
function leftBehind(directory: string, file: object) {
  const path = join(directory, `gha-creds-${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}.json`);
  writeFileSync(path, JSON.stringify(file), { mode: 0o640 });
  return {
    GOOGLE_APPLICATION_CREDENTIALS: path,
    CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE: path,
    GOOGLE_GHA_CREDS_PATH: path,
  };
}

const projectVariables = ({ project }: Facts) => ({
  CLOUDSDK_PROJECT: project,
  CLOUDSDK_CORE_PROJECT: project,
  GCP_PROJECT: project,
  GCLOUD_PROJECT: project,
  GOOGLE_CLOUD_PROJECT: project,
});
