import { createHash } from "node:crypto";

/** `registry/repository` of an image reference, without tag and digest. */
export const repositoryOf = (image: string): string => image.replace(/@.*$/, "").replace(/:[^/:]*$/, "");

/** Host of the registry of an image reference. */
export function registryOf(image: string): string {
  const [first = "", ...rest] = image.split("/");
  return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : "docker.io";
}

/** A digest that the same reference always has. */
export const digestOf = (image: string): string =>
  /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1] ?? `sha256:${createHash("sha256").update(image).digest("hex")}`;

/** Whether an image matches: a string is the end of the reference after a `/` or all of it. */
export const isImage = (image: string, pattern: string | RegExp): boolean =>
  typeof pattern === "string" ? image === pattern || image.endsWith(`/${pattern}`) : pattern.test(image);
