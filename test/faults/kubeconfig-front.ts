import { readFile, writeFile } from "node:fs/promises";
import { makeAuthority } from "./certificates.ts";
import { forwardTo } from "./forward.ts";
import { type Front, openFront } from "./front.ts";

/** A front before the API server of a kubeconfig. */
export interface KubeconfigFront extends AsyncDisposable {
  readonly front: Front;
  /** Path of a kubeconfig for the same user, which leads through the front. */
  readonly kubeconfig: string;
}

/** Opens a front before the server of a kubeconfig of the local control plane; whoever comes in stays who it is. */
export async function openKubeconfigFront(kubeconfig: string): Promise<KubeconfigFront> {
  const config = JSON.parse(await readFile(kubeconfig, "utf8"));
  const cluster = config.clusters[0].cluster;
  const authority = await makeAuthority("front");
  const forward = forwardTo({
    server: cluster.server,
    ca: await readFile(cluster["certificate-authority"], "utf8"),
  });
  const front = await openFront({
    serve: (asked) => forward(asked),
    certificate: await authority.issue("127.0.0.1", "localhost"),
  });
  config.clusters[0].cluster = {
    server: front.url,
    "certificate-authority-data": Buffer.from(authority.pem).toString("base64"),
  };
  const path = `${kubeconfig}.front-${new URL(front.url).port}`;
  await writeFile(path, JSON.stringify(config), { mode: 0o600 });
  return { front, kubeconfig: path, [Symbol.asyncDispose]: () => front[Symbol.asyncDispose]() };
}
