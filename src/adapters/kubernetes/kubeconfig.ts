import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Cluster, Context, User } from "@kubernetes/client-node";
import { ActionError, type ReasonCode } from "../../core/reason.ts";
import type { Environment } from "../environment.ts";
import { type KubeconfigFile, readKubeconfigFile, tokenFileProvider } from "./kubeconfig-file.ts";

/** Which kubeconfig, and which context of it. `inCluster`: directory of the pod's service account. */
export interface KubeconfigSource {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly env: Environment;
  readonly inCluster?: string;
}

/** One context with its cluster and user. `user` is `undefined` for anonymous access. */
export interface Access {
  /** Where it was read, for messages. */
  readonly from: string;
  readonly context: Context;
  readonly cluster: Cluster;
  readonly user: User | undefined;
}

/** The files of one source, merged as kubectl merges them: the first that names a thing wins. */
interface Merged extends Omit<KubeconfigFile, "path"> {
  readonly from: string;
  /** Reason code of what is wrong in it. */
  readonly blame: ReasonCode;
}

const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * Finds the cluster: the input `kubeconfig` (paths separated as in PATH), else `KUBECONFIG`, else the pod that
 * we run in, else `~/.kube/config`. Throws `ActionError`: `InvalidInput` where an input is at fault, else
 * `AuthenticationFailed`.
 */
export function loadKubeconfig(source: KubeconfigSource): Access {
  const merged = findKubeconfig(source);
  const name = source.context ?? merged.currentContext;
  if (name === undefined) {
    const has =
      merged.contexts.length > 0 ? `set \`context\` to ${oneOf(merged)}` : "it has no contexts at all";
    throw new ActionError(merged.blame, `No current context in ${merged.from}: ${has}`);
  }
  const context = merged.contexts.find((candidate) => candidate.name === name);
  if (context === undefined) {
    const blame = source.context === undefined ? merged.blame : "InvalidInput";
    const message = `No context ${quote(name)} in ${merged.from}: it has ${oneOf(merged)}`;
    throw new ActionError(blame, message);
  }
  return { from: merged.from, context, cluster: clusterOf(merged, context), user: userOf(merged, context) };
}

function findKubeconfig({ kubeconfig, env, inCluster = SERVICE_ACCOUNT }: KubeconfigSource): Merged {
  if (kubeconfig !== undefined) {
    const files = split(kubeconfig).map((file) => read(file, "InvalidInput"));
    return merge(files, "InvalidInput", `kubeconfig ${kubeconfig}`);
  }
  if (env.KUBECONFIG) return fromVariable(env.KUBECONFIG);
  const pod = fromPod(env, inCluster);
  if (pod !== undefined) return pod;
  const home = path.join(env.HOME ?? env.USERPROFILE ?? "", ".kube", "config");
  if (existsSync(home)) {
    return merge([read(home, "AuthenticationFailed")], "AuthenticationFailed", `kubeconfig ${home}`);
  }
  throw new ActionError(
    "InvalidInput",
    `No cluster to connect to: set \`kubeconfig\`, or KUBECONFIG (looked for ${home} and for a pod's service account too)`,
  );
}

/** Files that are missing are passed over, as kubectl does, unless all are. */
function fromVariable(value: string): Merged {
  const paths = split(value);
  const there = paths.filter((file) => existsSync(file));
  const files = (there.length > 0 ? there : paths).map((file) => read(file, "AuthenticationFailed"));
  return merge(files, "AuthenticationFailed", `kubeconfig ${value} (from KUBECONFIG)`);
}

const split = (paths: string): string[] =>
  paths
    .split(path.delimiter)
    .map((file) => file.trim())
    .filter((file) => file !== "");

function read(file: string, blame: ReasonCode): KubeconfigFile {
  try {
    return readKubeconfigFile(file);
  } catch (error) {
    throw new ActionError(blame, `Cannot read kubeconfig ${file}: ${explain(error)}`, { cause: error });
  }
}

function explain(error: unknown): string {
  if (error instanceof SyntaxError) return `not a valid kubeconfig, ${error.message}`;
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "no such file; check the path, and that an earlier step wrote it";
  return code === "EACCES" ? "permission denied" : (code ?? String(error));
}

function merge(files: readonly KubeconfigFile[], blame: ReasonCode, from: string): Merged {
  return {
    from,
    blame,
    currentContext: files.find((file) => file.currentContext !== undefined)?.currentContext,
    contexts: files.flatMap((file) => file.contexts),
    clusters: files.flatMap((file) => file.clusters),
    users: files.flatMap((file) => file.users),
  };
}

/** Access of a pod to its own cluster. Source: client-go/rest/config.go (v0.36.3), `InClusterConfig`. */
function fromPod(env: Environment, directory: string): Merged | undefined {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  const tokenFile = path.join(directory, "token");
  if (!host || !port || !existsSync(tokenFile)) return;
  const name = "in-cluster";
  const namespaceFile = path.join(directory, "namespace");
  const namespace = existsSync(namespaceFile) ? readFileSync(namespaceFile, "utf8").trim() : undefined;
  const server = `https://${host.includes(":") ? `[${host}]` : host}:${port}`;
  return {
    from: "the service account of this pod",
    blame: "AuthenticationFailed",
    currentContext: name,
    contexts: [{ name, cluster: name, user: name, ...(namespace ? { namespace } : {}) }],
    clusters: [{ name, server, caFile: path.join(directory, "ca.crt"), skipTLSVerify: false }],
    users: [{ name, authProvider: tokenFileProvider(tokenFile) }],
  };
}

function clusterOf(merged: Merged, context: Context): Cluster {
  const cluster = merged.clusters.find(({ name }) => name === context.cluster);
  if (cluster === undefined) {
    const message = `Context ${quote(context.name)} in ${merged.from} names cluster ${quote(context.cluster)}, which is not there or has no server`;
    throw new ActionError(merged.blame, message);
  }
  if (!/^https?:$/.test(urlOf(cluster.server)?.protocol ?? "")) {
    const message = `The server of cluster ${quote(cluster.name)} in ${merged.from} is ${quote(cluster.server)}: an http or https address is wanted`;
    throw new ActionError(merged.blame, message);
  }
  return cluster;
}

function userOf(merged: Merged, context: Context): User | undefined {
  if (!context.user) return;
  const user = merged.users.find(({ name }) => name === context.user);
  if (user === undefined) {
    const message = `Context ${quote(context.name)} in ${merged.from} names user ${quote(context.user)}, which is not there`;
    throw new ActionError(merged.blame, message);
  }
  return user;
}

const urlOf = (text: string): URL | undefined => URL.parse(text) ?? undefined;

const quote = (name: string): string => `"${name}"`;

const oneOf = ({ contexts }: Merged): string => contexts.map(({ name }) => quote(name)).join(", ") || "none";
