/** A reference that containerd would take, as far as a rule here reads it. */
export interface ImageReference {
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** Hexadecimal digits of each digest algorithm. Source: opencontainers/go-digest v1.0.0, algorithm.go. */
const DIGEST_DIGITS: ReadonlyMap<string, number> = new Map([
  ["sha256", 64],
  ["sha384", 96],
  ["sha512", 128],
]);

const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const DOMAIN =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$/;
const TAG = /^\w[\w.-]{0,127}$/;

/** Longest path of a repository, in characters. */
const LONGEST_PATH = 255;

/**
 * Reads an image reference by the grammar of containers: `[domain/]path[:tag][@digest]`. Returns the reference,
 * or a text that says what is wrong with it. Works in steps, so that its time grows with the length alone.
 *
 * Source: distribution/reference v0.6.0, regexp.go and normalize.go, `ParseNormalizedNamed`. Stricter in one
 * point: `MyOrg/app` is refused, which it takes for a registry with the host name MyOrg.
 */
export function parseImageReference(text: string): ImageReference | string {
  if (/\s/.test(text)) return "it contains a space";
  if (/^[a-z]+:\/\//i.test(text)) return "a reference has no scheme, so leave out everything up to ://";
  if (/^[a-f0-9]{64}$/.test(text)) return "64 hexadecimal digits are no reference; a digest is NAME@sha256:…";
  const [named = "", digest, ...more] = text.split("@");
  if (more.length > 0) return "it has more than one @";
  const colon = named.lastIndexOf(":");
  const tagged = colon > named.lastIndexOf("/");
  const name = tagged ? named.slice(0, colon) : named;
  const tag = tagged ? named.slice(colon + 1) : undefined;
  return nameFault(name) ?? tagFault(tag) ?? digestFault(digest) ?? { tag, digest };
}

function nameFault(name: string): string | undefined {
  const first = name.slice(0, Math.max(0, name.indexOf("/")));
  const isHost = DOMAIN.test(first);
  if (isDomain(first) && !isHost && !COMPONENT.test(first)) return `"${first}" is not a registry's host`;
  const path = isDomain(first) && isHost ? name.slice(first.length + 1) : name;
  if (path === "") return "it names no repository";
  if (path.length > LONGEST_PATH) return `a repository has at most ${LONGEST_PATH} characters`;
  if (path !== path.toLowerCase()) return `a repository is lower case: ${path.toLowerCase()}`;
  const bad = path.split("/").find((component) => !COMPONENT.test(component));
  if (bad === "") return "a part between slashes is empty";
  return bad === undefined
    ? undefined
    : `"${bad}" has to be a-z and 0-9, with single ".", "_", "__" or any number of "-" between`;
}

/** Whether what stands before the first slash is a host: it has a dot or a port, or is localhost. */
function isDomain(first: string): boolean {
  return /[.:]/.test(first) || first === "localhost";
}

function tagFault(tag: string | undefined): string | undefined {
  if (tag === undefined || TAG.test(tag)) return undefined;
  if (tag === "") return "nothing follows the colon";
  if (tag.length > 128) return "a tag has at most 128 characters";
  return `"${tag}" is not a tag: letters, digits, _, . and - only, beginning with a letter, digit or _`;
}

function digestFault(digest: string | undefined): string | undefined {
  if (digest === undefined) return undefined;
  const [algorithm = "", hex = ""] = digest.split(/:(.*)/s);
  const digits = DIGEST_DIGITS.get(algorithm);
  if (digits === undefined) return "a digest begins with sha256:, sha384: or sha512:";
  if (hex.length !== digits)
    return `a ${algorithm} digest has ${digits} hexadecimal digits, not ${hex.length}`;
  return /^[a-f0-9]+$/.test(hex) ? undefined : "a digest has the digits 0-9 and a-f only";
}
