import { withoutPrivateKeys } from "./mask/private-key.ts";
import { STARS } from "./mask/stars.ts";
import { maskValues } from "./mask/values.ts";

/** Text with a part that stays and a part that goes: group 1 and all that follows it. */
interface Rule {
  readonly what: string;
  readonly pattern: RegExp;
}

/**
 * Tokens that are known by their looks, also when they were cut. Sources: gitleaks v8, config/gitleaks.toml;
 * the prefixes that GitHub, Google, AWS, Docker, GitLab, npm, Slack, Stripe and SendGrid document.
 */
const TOKENS = [
  // A JSON Web Token, and any JSON in base64, such as a Docker configuration: `{"`, `{ "`, a brace and a line break.
  String.raw`(?:ey[AJ]|ewo[gJ])[\w+/=-]{10,}(?:\.[\w=-]*)*`,
  // Google: OAuth access and refresh tokens, API keys, client secrets.
  String.raw`ya29\.[\w.-]{10,}`,
  String.raw`1//0[\w-]{20,}`,
  String.raw`AIza[\w-]{20,}`,
  String.raw`GOCSPX-[\w-]{10,}`,
  // GitHub, GitLab, npm.
  String.raw`gh[oprsu]_\w{10,}`,
  String.raw`github_pat_\w{10,}`,
  String.raw`glpat-[\w-]{10,}`,
  String.raw`npm_\w{20,}`,
  // Access key ids of AWS.
  String.raw`A(?:KIA|SIA)[A-Z2-7]{12}\w*`,
  // Docker Hub, Slack, Stripe, SendGrid.
  String.raw`dckr_(?:jti|oat|pat)_[\w-]{5,}`,
  String.raw`xox[a-z]-[\w-]{10,}`,
  String.raw`[rs]k_(?:live|test)_\w{10,}`,
  String.raw`SG\.[\w-]{16,}\.[\w-]{16,}`,
];

/** What an address may have before its host; it ends at the first slash, which keeps the search linear. */
const IN_HOST = String.raw`[^\s/?#"'<>\\]`;
const IN_USER = String.raw`[^\s/?#"'<>\\@:]`;

/** Every rule takes time that grows with the text, no faster: no part of one is tried again from a later start. */
const RULES: readonly Rule[] = [
  { what: "a token", pattern: new RegExp(`(?<![A-Za-z0-9])()(?:${TOKENS.join("|")})`, "g") },
  {
    what: "user and password of an address",
    pattern: new RegExp(`(://)(?:${IN_USER}{20,}|${IN_USER}*:${IN_HOST}*)(?=@)`, "g"),
  },
  {
    what: "the password of a Go data source",
    pattern: /(?<![\w.-])([\w.-]{1,64}:)[^\s@/:]{1,128}(?=@(?:tcp|unix)\()/g,
  },
  {
    what: "a header's credentials",
    pattern: /\b((?:Basic|Bearer) +)(?=[\w+/.~=-]*(?:\d|[a-z][A-Z]|=))[\w+/.~=-]{12,}/g,
  },
  {
    what: "a signature or key in a query",
    pattern:
      /([?&](?:sig|key|auth|code|X-(?:Goog|Amz)-(?:Credential|Signature|Security-Token))=)[^\s&#"'\\]+/gi,
  },
  {
    what: "the value of a flag, unless it may be the next word of a sentence",
    pattern:
      /(?<![\w-])(--?[\w-]{0,40}(?:password|passwd|pwd|token|secret|api-?key) {1,3})(?![a-z]+[.,:;)]?(?:\s|$))[^\s"'\\-][^\s"'\\]*/gi,
  },
  {
    what: "the Docker Hub user of a rate limit",
    pattern: /(\brate limit as ["']?)[^\s"':,;]+/gi,
  },
  {
    what: "a registry's login in a Docker configuration",
    pattern: /(["']auth\\{0,3}["'] {0,3}: {0,3}\\{0,3}["'])[^"'\\\s]+/g,
  },
];

/**
 * Replaces what gives access by `***`: private keys, tokens, credentials in addresses and headers, and the values of
 * keys that are called password, token, secret and the like. Ordinary messages of Kubernetes pass unchanged.
 * Applying it twice changes nothing more; it takes time in proportion to the text.
 *
 * It is the last net: what is known to be secret is never put into a text in the first place.
 */
export function maskSecrets(text: string): string {
  const masked = RULES.reduce(
    (rest, { pattern }) => rest.replace(pattern, (_, kept: string) => kept + STARS),
    withoutPrivateKeys(text),
  );
  return maskValues(masked);
}
