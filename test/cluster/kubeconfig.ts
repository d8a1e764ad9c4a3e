import { randomUUID } from "node:crypto";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Place } from "./control-plane.ts";

/** Writes a kubeconfig by which a user, `admin` for the administrator, comes in; answers with its path. */
export async function writeKubeconfig(
  { server, secret, directory }: Place,
  user: string,
  namespace: string,
): Promise<string> {
  const id = Buffer.from(user).toString("base64url");
  const path = join(directory, `${id}.${namespace}.kubeconfig`);
  const name = "local";
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    clusters: [
      {
        name,
        cluster: { server, "certificate-authority": join(directory, "certificates", "apiserver.crt") },
      },
    ],
    users: [{ name, user: { token: `${secret}.${id}` } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace } }],
  };
  // Other tests may read it at this moment, and must never find half of it.
  const unfinished = `${path}.${randomUUID()}`;
  await writeFile(unfinished, JSON.stringify(config), { mode: 0o600 });
  await rename(unfinished, path);
  return path;
}
