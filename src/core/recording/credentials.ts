/** What stands for a text that may hold a secret, where it need not be told from others. */
export const REDACTED = "(redacted)";

/** Texts that are credentials by their form, whatever they are for; `$1` is what may stay. */
const FORMS: readonly RegExp[] = [
  // User and password of a URL.
  /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+@/gi,
  // A PEM block, up to its end or that of the text.
  /()-----BEGIN [A-Z ]+-----[\s\S]*?(?:-----END [A-Z ]+-----|$)/g,
  // JSON Web Tokens.
  /()\beyJ[\w-]{8,}(?:\.[\w-]*){0,4}/g,
  // Tokens of GitHub, GitLab, Google, AWS, Slack, Stripe, npm, OpenAI and others, by their prefixes.
  /()\b(?:gh[opusr]_|github_pat_|glpat-|ya29\.|AIza|GOCSPX-|1\/\/0|AKIA|ASIA|xox[abeoprs]-|[sr]k_(?:live|test)_|npm_|sk-|hv[sb]\.|dop_v1_|SG\.)[\w./+=-]{8,}/g,
  // The value of a header or of a field that is named after a secret.
  /(\b(?:bearer|basic|token)\s+)[\w.~+/=-]{8,}/gi,
  /((?:password|passwd|passphrase|pwd|secret|token|api[-_ ]?key|access[-_ ]?key|private[-_ ]?key|authorization|credential|signature|sig)s?["']?\s*[=:]\s*["']?)[^\s"',;&)]{3,}/gi,
];

/**
 * Masks what is a credential by its form or by the name in front of it: tokens, keys, passwords, also those in
 * URLs. Applying it twice changes nothing more.
 */
export const maskCredentials = (text: string): string =>
  FORMS.reduce((masked, form) => masked.replace(form, (all, kept: string) => maskOf(all, kept)), text);

function maskOf(all: string, kept: string): string {
  const rest = all.slice(kept.length);
  if (rest.includes(REDACTED) || rest.startsWith("(redacted")) return all;
  return `${kept}${REDACTED}${rest.endsWith("@") ? "@" : ""}`;
}
