import { expect, test } from "vitest";
import { explainMetadata } from "../../../src/adapters/google/explain-metadata.ts";
import { NoAnswer, Refusal } from "../../../src/adapters/kubernetes/failure.ts";
import { json, refuse } from "../kubernetes/fake-api.ts";
import {
  ACCOUNT,
  CLUSTER_PATH,
  credentialJson,
  environment,
  fakeGoogle,
  find,
  IAM_PATH,
  KEY_PATH,
  METADATA_PATH,
  OIDC_PATH,
  PRINCIPAL,
  refusal,
  STS_PATH,
  writeCredentials,
} from "./fake-google.ts";

/** What a search that cannot sign in ends with. */
const failure = async (
  searching: Promise<unknown>,
): Promise<{ message: string; detail: readonly string[] }> => {
  const error = await searching.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ name: "ActionError", reason: "AuthenticationFailed" });
  return error as { message: string; detail: readonly string[] };
};

const ASKED = { method: "GET", path: "/", query: new URLSearchParams() };
const SILENCE = new NoAnswer("connect", "TIMEOUT", "no answer within 5 s", ASKED);
/** The address that nobody has to name, on a machine where nothing is known of it yet. */
const USUAL = { host: "169.254.169.254", env: { HOME: "/users/ci" }, isGoogle: false, gaveTokens: false };

test("no credentials: what was looked for, and the steps that leave some", () => {
  expect(explainMetadata(SILENCE, USUAL)).toMatchObject({
    reason: "AuthenticationFailed",
    message:
      "No Google credentials found: GOOGLE_APPLICATION_CREDENTIALS is not set, /users/ci/.config/gcloud/application_default_credentials.json is not there, no metadata server of Google answers at 169.254.169.254 (no answer within 5 s); give the job `permissions: id-token: write`, and run google-github-actions/auth before this step",
    detail: expect.arrayContaining(["  id-token: write", "  - uses: google-github-actions/auth@v3"]),
  });
});

test("explainMetadata() tells what Google's metadata server says, at its usual address too", () => {
  const refused = new Refusal(404, "no service account", ASKED);
  expect(explainMetadata(refused, { ...USUAL, isGoogle: true })).toMatchObject({
    reason: "AuthenticationFailed",
    message:
      "Cannot sign in to Google Cloud: the metadata server 169.254.169.254 gave no token (it answered 404: no service account); check that the machine or the pod of the runner has a service account, with the scope cloud-platform",
  });
  expect(explainMetadata(refused, USUAL)).toMatchObject({
    message: expect.stringContaining("no metadata server of Google answers at 169.254.169.254 (it answered"),
  });
});

test.each([SILENCE, new Refusal(503, "", ASKED), new Refusal(404, "", ASKED)])(
  "explainMetadata() calls nothing final once there was a token: %s",
  (error) => {
    expect(explainMetadata(error, { ...USUAL, gaveTokens: true })).toMatchObject({
      name: "SignInPending",
      message: expect.stringContaining("no token from 169.254.169.254: "),
    });
  },
);

test.each<[string, unknown, RegExp]>([
  [
    "is no JSON",
    "not json",
    /^The Google credentials \S+ \(GOOGLE_APPLICATION_CREDENTIALS\) are no JSON object; /,
  ],
  [
    "is of an unknown type",
    { type: "magic" },
    /are of type "magic"; one of external_account, service_account, /,
  ],
  [
    "impersonates by gcloud",
    { type: "impersonated_service_account" },
    /are of type "impersonated_service_account", .* without --impersonate-service-account, or with google-github-actions\/auth and its input service_account$/,
  ],
  [
    "lacks a field",
    { type: "service_account", client_email: "x" },
    /are of type service_account and lack private_key; make gha-creds\.json anew$/,
  ],
  [
    "has a damaged key",
    {
      ...credentialJson("key", "https://127.0.0.1:1"),
      private_key: "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    },
    /^Cannot use the Google credentials .*: its private_key is damaged \(ERR_OSSL_\w+\); make a new key, or use workload identity federation$/,
  ],
])("a credentials file that %s is told", async (_, content, expected) => {
  const google = await fakeGoogle();
  const env = { ...environment(google), GOOGLE_APPLICATION_CREDENTIALS: writeCredentials(content) };
  expect((await failure(find(env))).message).toMatch(expected);
});

test("a credentials file that is not there is told, with the usual cause", async () => {
  const google = await fakeGoogle();
  const env = { ...environment(google), GOOGLE_APPLICATION_CREDENTIALS: "/nowhere/gha-creds.json" };
  expect((await failure(find(env))).message).toBe(
    "Cannot read the Google credentials /nowhere/gha-creds.json (GOOGLE_APPLICATION_CREDENTIALS): there is no such file; google-github-actions/auth writes it into the workspace, and a checkout after it removes it: sign in after the checkout",
  );
});

test("an OIDC endpoint that refuses is told with the permission that the job needs", async () => {
  const google = await fakeGoogle();
  google.answers[OIDC_PATH] = refuse(403, { message: "Resource not accessible by integration" });
  const { message, detail } = await failure(find(environment(google)));
  expect(message).toMatch(
    /^Cannot sign in to Google Cloud: the OIDC endpoint 127\.0\.0\.1:\d+ gave no ID token \(it answered 403: Resource not accessible by integration\); give the job `permissions: id-token: write`\. /,
  );
  expect(detail).toContain("  id-token: write");
});

test.each([
  [
    "invalid_target",
    'The target service indicated by the "audience" parameters is invalid.',
    "the audience names no provider that is there and switched on; check `workload_identity_provider` of google-github-actions/auth, which wants the project's number",
  ],
  [
    "unauthorized_client",
    "The given credential is rejected by the attribute condition.",
    "the attribute condition of the provider does not admit this repository, branch or environment; compare it with the subject",
  ],
  [
    "invalid_grant",
    "The audience in ID Token does not match the expected audience.",
    "issuer and allowed audiences of the provider do not fit the token; the issuer must be https://token.actions.githubusercontent.com, the audience that of the job",
  ],
])("STS that refuses with %s is told with what to compare", async (error, description, advice) => {
  const google = await fakeGoogle();
  google.answers[STS_PATH] = json({ error, error_description: description }, 400);
  const { message, detail } = await failure(find(environment(google)));
  const host = new URL(google.api.url).host;
  expect(message).toBe(
    `Cannot sign in to Google Cloud: ${host} refused the ID token (400 ${error}: ${description}); ${advice}`,
  );
  expect(detail).toEqual([
    "Audience: //iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/ci/providers/github",
    "Subject of the ID token: repo:octo/shop:ref:refs/heads/main",
    "To see what the provider admits: gcloud iam workload-identity-pools providers describe github --workload-identity-pool=ci --location=global --project=123",
  ]);
});

test.each<[string, ReturnType<typeof refusal>, string, readonly string[]]>([
  [
    "is forbidden",
    refusal(
      403,
      "PERMISSION_DENIED",
      "Permission 'iam.serviceAccounts.getAccessToken' denied",
      "IAM_PERMISSION_DENIED",
      {
        permission: "iam.serviceAccounts.getAccessToken",
      },
    ),
    `Cannot sign in as ${ACCOUNT}: 403 for ${PRINCIPAL}; grant it roles/iam.workloadIdentityUser on the service account`,
    [
      `gcloud iam service-accounts add-iam-policy-binding ${ACCOUNT} --role=roles/iam.workloadIdentityUser --member="${PRINCIPAL}" --condition=None`,
      "The API says: Permission 'iam.serviceAccounts.getAccessToken' denied",
    ],
  ],
  [
    "finds no service account",
    refusal(404, "NOT_FOUND", "Not found; Gaia id not found for email"),
    `Cannot sign in as ${ACCOUNT}: there is no such service account; check \`service_account\` of google-github-actions/auth`,
    ["The API says: Not found; Gaia id not found for email"],
  ],
  [
    "finds its API off",
    refusal(403, "PERMISSION_DENIED", "API has not been used", "SERVICE_DISABLED", {
      consumer: "projects/123",
    }),
    `Cannot sign in as ${ACCOUNT}: the IAM Service Account Credentials API is off; switch it on: gcloud services enable iamcredentials.googleapis.com --project=123`,
    ["The API says: API has not been used"],
  ],
])("impersonation that %s is told with what to grant", async (_, answer, message, detail) => {
  const google = await fakeGoogle();
  google.answers[IAM_PATH] = answer;
  expect(await failure(find(environment(google, "impersonation")))).toMatchObject({ message, detail });
});

test("a key that Google refuses is told", async () => {
  const google = await fakeGoogle();
  google.answers[KEY_PATH] = json(
    { error: "invalid_grant", error_description: "Invalid JWT Signature." },
    400,
  );
  const { message, detail } = await failure(find(environment(google, "key")));
  expect(message).toMatch(
    /^Cannot sign in as deployer@\S+: its key in \S+ \(GOOGLE_APPLICATION_CREDENTIALS\) is refused \(400 invalid_grant: Invalid JWT Signature\.\); the key may be deleted or disabled, or the service account is$/,
  );
  expect(detail[0]).toBe(`To see its keys: gcloud iam service-accounts keys list --iam-account=${ACCOUNT}`);
});

test("a metadata server that is named and silent is told as no credentials", async () => {
  const google = await fakeGoogle();
  const env = { ...environment(google, "metadata"), GCE_METADATA_HOST: "127.0.0.1:1" };
  expect((await failure(find(env))).message).toMatch(
    /^No Google credentials found: .*, the metadata server 127\.0\.0\.1:1 \(GCE_METADATA_HOST\) is silent \(ECONNREFUSED\); give the job /,
  );
});

test("a metadata server without a service account is told", async () => {
  const google = await fakeGoogle("http");
  google.answers[METADATA_PATH] = (response) => void response.writeHead(404).end("not found");
  google.answers["/"] = json({}, 200, { "metadata-flavor": "Google" });
  expect((await failure(find(environment(google, "metadata")))).message).toMatch(
    /^Cannot sign in to Google Cloud: the metadata server http:\S+ gave no token \(it answered 404: not found\); check that the machine or the pod of the runner has a service account, with the scope cloud-platform$/,
  );
});

test("a pod without a service account of its own is no member that a role could be granted to", async () => {
  const [google, metadata] = [await fakeGoogle(), await fakeGoogle("http")];
  metadata.answers["/computeMetadata/v1/instance/service-accounts/default/email"] = (response) =>
    void response.end("proj-1.svc.id.goog\n");
  google.answers[CLUSTER_PATH] = refusal(403, "PERMISSION_DENIED", "no");
  const env = { ...environment(google, "metadata"), GCE_METADATA_HOST: metadata.api.url };
  await expect(find(env)).rejects.toMatchObject({
    message: expect.stringContaining("403 for an identity of proj-1.svc.id.goog, which lacks"),
    detail: expect.arrayContaining([
      'gcloud projects add-iam-policy-binding proj-1 --role=roles/container.clusterViewer --member="PRINCIPAL" --condition=None',
    ]),
  });
});

test("a server that is not Google's is told as no credentials, though it is named", async () => {
  const google = await fakeGoogle("http");
  google.answers[METADATA_PATH] = (response) => void response.writeHead(404).end("not found");
  expect((await failure(find(environment(google, "metadata")))).message).toMatch(
    /^No Google credentials found: .*, no metadata server of Google answers at http:\S+ \(it answered 404: not found\); /,
  );
});

test("a metadata server that pauses after the first token ends nothing", async () => {
  const [google, metadata] = [await fakeGoogle(), await fakeGoogle("http")];
  google.answers[CLUSTER_PATH] = json(google.cluster);
  google.answers["/version"] = json({});
  const env = { ...environment(google, "metadata"), GCE_METADATA_HOST: metadata.api.url };
  const clock = { now: 0 };
  const { door } = await find(env, {}, { now: () => clock.now });
  metadata.answers[METADATA_PATH] = json({}, 404);
  clock.now = 400_000;
  await expect(door.authenticator.credentials()).rejects.toMatchObject({ name: "SignInPending" });
});

test("an exchange that fails for now is repeated, and told when it does not pass", async () => {
  const google = await fakeGoogle();
  google.answers[STS_PATH] = json({ error: "internal" }, 503, { "retry-after": "0" });
  const { message } = await failure(find(environment(google)));
  expect(message).toMatch(
    /^Cannot sign in to Google Cloud as \S+: no token from 127\.0\.0\.1:\d+: it answered 503: internal, also when tried again$/,
  );
  expect(google.count(STS_PATH)).toBeGreaterThan(2);
  expect(google.count(STS_PATH)).toBeLessThan(7);
});

test("no message of a failed sign-in tells a secret", async () => {
  const google = await fakeGoogle();
  google.answers[STS_PATH] = json({ error: "invalid_grant", error_description: "no" }, 400);
  const error = await failure(find(environment(google)));
  const told = [error.message, ...error.detail].join("\n");
  for (const secret of [...google.secrets, "request-token"]) expect(told).not.toContain(secret);
});
