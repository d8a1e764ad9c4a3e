/** Digits of a digest that tell it from others. */
const DIGEST_DIGITS = 12;

/** An image as people speak of it: the last part of its path with its version. `web:1.5.0`. */
export function shortImage(image: string): string {
  const repository = repositoryOf(image);
  return repository.slice(repository.lastIndexOf("/") + 1) + versionOf(image);
}

/** Where an image comes from, without tag and digest: what two versions of one image have in common. */
export function repositoryOf(image: string): string {
  const [name = ""] = image.split("@");
  const slash = name.lastIndexOf("/");
  return name.slice(0, slash + 1) + name.slice(slash + 1).replace(/:.*$/, "");
}

/** Tag and digest of an image, as they follow its repository: `:1.5.0`, `@sha256:0123456789ab…`. */
export function versionOf(image: string): string {
  const version = image.slice(repositoryOf(image).length);
  const digest = version.indexOf("@sha256:");
  const end = digest + "@sha256:".length + DIGEST_DIGITS;
  return digest < 0 || version.length <= end ? version : `${version.slice(0, end)}…`;
}
