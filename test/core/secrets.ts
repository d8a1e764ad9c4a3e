/** Text with a secret in it: what must not come out, and what the text becomes. */
export interface Leak {
  readonly what: string;
  readonly text: string;
  readonly secret: string;
  readonly masked: string;
  /** A plain word, which only a line of its own tells from a sentence. */
  readonly isAlone: boolean;
}

const leak = (what: string, before: string, secret: string, after: string = ""): Leak => ({
  what,
  text: before + secret + after,
  secret,
  masked: `${before}***${after}`,
  isAlone: /in YAML/.test(what),
});

/** Put together here, so that no scanner takes this file for a leak. */
const LETTERS = "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0z";
const long = (length: number): string => LETTERS.repeat(Math.ceil(length / LETTERS.length)).slice(0, length);
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const JWT = [base64('{"alg":"RS256"}'), base64('{"sub":"system:serviceaccount:shop:web"}'), long(80)].join(
  ".",
);
const [BEGIN, END] = ["-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"];
const KEY = [long(64), `${"Z1/+"}${long(60)}`, `${long(30)}==`];

/** What applications, registries and the kubelet are known to print. */
export const LEAKS: readonly Leak[] = [
  leak(
    "a flag's value",
    'command timed out: "mysqladmin --password ',
    `fish-${long(8)}`,
    '" timed out after 1s',
  ),
  leak("a flag's value after many words", "sh -c ./check --db-api-key ", long(12), " --verbose"),
  leak("a bearer token", "Authorization: Bearer ", long(40)),
  leak("a JSON Web Token", "invalid bearer token ", JWT, ", expired"),
  leak("a JSON Web Token that was cut", "token review of ", JWT.slice(0, 40)),
  leak("a Google access token", "GET failed with ", `ya29.c.${long(60)}`, " (401)"),
  leak("a Google API key", "GET https://maps.example.com/v1?key=", `AIza${long(35)}`, "&x=1"),
  leak("a Google client secret", "using ", `GOCSPX-${long(28)}`),
  leak("a GitHub token", "fatal: remote of ", `ghp_${long(36)}`),
  leak("a GitHub installation token", "clone with ", `ghs_${long(36)}`, "."),
  leak("a fine-grained GitHub token", "clone with ", `github_pat_${long(22)}_${long(59)}`),
  leak("an AWS access key id", "InvalidAccessKeyId: ", `AKIA${"ABCDEFGH234567ZZ"}`, " is unknown"),
  leak("an AWS secret key", "AWS_SECRET_ACCESS_KEY=", long(40)),
  leak("a Docker Hub token", "login with ", `dckr_pat_${long(27)}`),
  leak("a Slack token", "posting as ", `xoxb-${long(30)}`),
  leak("basic credentials", "> Authorization: Basic ", base64("deploy:hunter2!")),
  leak("credentials in an address", "dial postgres://", "web:hunter2", "@db.shop:5432/web: refused"),
  leak("a password with an @ in an address", "dial postgres://", "web:hun@ter2", "@db:5432/web"),
  leak("a token as the user of an address", "clone https://", long(24), "@git.example.com/shop"),
  leak("a Go data source", "cannot open web:", "hunter2", "@tcp(db:3306)/shop"),
  leak("an access token in a query", "GET https://x.example.com/a?access_token=", long(12), "&b=1 failed"),
  leak(
    "a signature of Google",
    'Get "https://storage.googleapis.com/b/o?X-Goog-Signature=',
    long(40),
    '": EOF',
  ),
  leak("a signature of Azure", "GET https://x.blob.core.windows.net/a?se=1&sig=", `${long(20)}%3D`, " 403"),
  leak("a password in an environment", "DB_PASSWORD=", "hunter2"),
  leak("a password of Java", "spring.datasource.password=", "hunter2", " user=web"),
  leak("a password flag", "exec: --password=", "correct-horse", " --user=web"),
  leak("a password in YAML", "user: web\npassword: ", "hunter", "\nhost: db"),
  leak("a token in YAML", "token: ", "opensesame"),
  leak("a password in JSON", '{"user":"web","password":"', "my horses", '","host":"db"}'),
  leak("a secret in JSON in JSON", String.raw`{"msg":"{\"client_secret\":\"`, "abcdef", String.raw`\"}"}`),
  leak("a password in a log line", 'level=info password="', "my horses", '" user=web'),
  leak("a password after a colon", "connecting, password: ", "hunter2", ", host db"),
  leak(
    "a login in a Docker configuration",
    '{"auths":{"https://index.docker.io/v1/":{"auth":"',
    "d2ViOng",
    '"}}}',
  ),
  leak("a Docker configuration in base64", ".dockerconfigjson: ", base64('{"auths":{"a.example.com":{}}}')),
  leak(
    "the Docker Hub user of a rate limit",
    "toomanyrequests: You have reached your pull rate limit as '",
    "maria",
    "'. You may increase the limit",
  ),
  leak("a private key", `loading ${BEGIN}`, `\n${KEY.join("\n")}`, `\n${END}\nfailed`),
  leak("a private key in one line", `loading ${BEGIN}`, ` ${KEY.join(" ")}`, ` ${END} failed`),
  leak(
    "a private key in JSON",
    `{"k":"${BEGIN}`,
    String.raw`\n${KEY.join(String.raw`\n`)}`,
    `\\n${END}\\n"}`,
  ),
  leak("a private key without its end", `loading ${BEGIN}`, `\n${KEY.slice(0, 2).join("\n")}`),
  leak("a private key without its beginning", "", `${KEY.join("\n")}\n`, `${END}\nfailed`),
  leak("the middle of a private key", "", KEY.slice(0, 2).join("\n"), "\nfailed"),
];

/** What looks like a secret and is none: the nearest that is known of each. */
export const ORDINARY: readonly string[] = [
  "unknown flag: --token for this command; --password is required",
  "exec: --secret --verbose",
  "couldn't find key password in Secret shop/web",
  'secret "web-token" not found',
  'MountVolume.SetUp failed for volume "token" : references non-existent secret key: password',
  "failed to fetch oauth token: denied: permission is missing",
  "failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?scope=repository%3Ashop%2Fweb%3Apull&service=ghcr.io: 403 Forbidden",
  'failed to authorize: failed to fetch oauth token: Post "https://auth.docker.io/token": dial tcp: i/o timeout',
  "failed to get secret: web-tls-7d9f was deleted",
  "spec.volumes[0].secret.secretName: Required value",
  "spec.volumes[0].secret: Invalid value: must be set",
  "spec.containers[0].env[0].valueFrom.secretKeyRef.key: Forbidden: may not be set",
  "password authentication failed for user web",
  'Back-off pulling image "registry.example.com/acme/vault-secret:v1.2.3"',
  "registry.example.com:5000/acme/token@sha256:0f5a5d4f8a2a1f1f6a7f2f5cf7a9c8d9e0b1a2c3d4e5f60718293a4b5c6d7e8f",
  "reading /v2/acme/secret/manifests/1.0: http://reg.example.com:5000/v2/acme/secret@sha256:0f5a: 404",
  "SECRET_FILE=/run/secrets/db/password",
  "TOKEN=$(TOKEN)",
  'password="" is not allowed',
  "Bearer authentication is required",
  "Basic Authentication failed",
  'Www-Authenticate: Bearer realm="https://auth.docker.io/token"',
  "You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit",
  "tls: expected -----BEGIN PRIVATE KEY----- in the file",
  "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
  "git clone ssh://git@git.example.com/shop/web",
  "https://[::1]:6443/api: connection refused",
  "requested: secrets=1, used: secrets=5, limited: secrets=5",
  "automountServiceAccountToken: false",
  "unmounted volumes=[secret token]",
  "pod web-7f9c8d66b4-h2mhm uses sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
];
