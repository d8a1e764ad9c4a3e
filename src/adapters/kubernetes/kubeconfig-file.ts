import { readFileSync } from "node:fs";
import path from "node:path";
import { type Cluster, type Context, KubeConfig, loadYaml, type User } from "@kubernetes/client-node";

/** What one kubeconfig file says. Entries that lack a name, a server or a cluster are left out, as unusable. */
export interface KubeconfigFile {
  readonly path: string;
  readonly currentContext: string | undefined;
  readonly contexts: readonly Context[];
  readonly clusters: readonly Cluster[];
  readonly users: readonly User[];
}

/** The credential plugin of a user, as far as it needs completing. */
interface Exec {
  readonly apiVersion?: string;
  readonly command?: string;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
}

/** A kubeconfig's user as written; client-node's `User` leaves `tokenFile` out. */
interface RawUser {
  readonly name?: string;
  readonly user?: { readonly tokenFile?: string } | null;
}

/**
 * Reads a kubeconfig with client-node and adds what it leaves out: `tokenFile`, inline data over files, plugin
 * commands relative to the file. Throws Node's error when it cannot be read, `SyntaxError` when it is malformed;
 * no message quotes the file.
 */
export function readKubeconfigFile(file: string): KubeconfigFile {
  const text = readFileSync(file, "utf8");
  const directory = path.dirname(file);
  const { config, tokenFiles } = parse(text);
  config.makePathsAbsolute(directory);
  return {
    path: file,
    currentContext: config.getCurrentContext() || undefined,
    contexts: config.getContexts(),
    clusters: config.getClusters().map(preferInlineCa),
    users: config
      .getUsers()
      .map((user) => withTokenFile(user, tokenFiles.get(user.name), directory))
      .map((user) => withExec(preferInlineCertificate(user), directory)),
  };
}

function parse(text: string): { config: KubeConfig; tokenFiles: ReadonlyMap<string, string> } {
  const config = new KubeConfig();
  try {
    config.loadFromString(text, { onInvalidEntry: "filter" });
    return { config, tokenFiles: tokenFilesOf(loadYaml<{ users?: readonly RawUser[] }>(text).users ?? []) };
  } catch (error) {
    throw new SyntaxError(explainYaml(error));
  }
}

/** The place and kind of a YAML error; its own message quotes lines of the file, which may hold a token. */
function explainYaml(error: unknown): string {
  const { reason, mark } = error as { reason?: string; mark?: { line: number } };
  if (reason === undefined) return "it is not a YAML mapping";
  return mark === undefined ? reason : `line ${mark.line + 1}: ${reason}`;
}

function tokenFilesOf(users: readonly RawUser[]): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const { name, user } of users) if (name && user?.tokenFile) files.set(name, user.tokenFile);
  return files;
}

/** `tokenFile` beats `token`, and is read again as it rotates. Source: client-go/rest/config.go (v0.36.3), `BearerTokenFile`. */
function withTokenFile(user: User, tokenFile: string | undefined, directory: string): User {
  if (tokenFile === undefined) return user;
  const { token: _beaten, ...rest } = user;
  return { ...rest, authProvider: tokenFileProvider(path.resolve(directory, tokenFile)) };
}

/** The form in which client-node reads a token from a file, again every minute. */
export const tokenFileProvider = (tokenFile: string): { name: string; config: { tokenFile: string } } => ({
  name: "tokenFile",
  config: { tokenFile },
});

/** Inline data beats files. Source: client-go/tools/clientcmd/api/types.go (v0.36.3). */
function preferInlineCa(cluster: Cluster): Cluster {
  const { caFile: _beaten, ...rest } = cluster;
  return cluster.caData ? rest : cluster;
}

function preferInlineCertificate(user: User): User {
  const { certFile, keyFile, ...rest } = user;
  return {
    ...rest,
    ...(certFile && !user.certData ? { certFile } : {}),
    ...(keyFile && !user.keyData ? { keyFile } : {}),
  };
}

/**
 * A command with a slash is relative to the kubeconfig, and a plugin expects to be told which version of the
 * credential API it speaks. Source: client-go/plugin/pkg/client/auth/exec/exec.go (v0.36.3).
 */
function withExec(user: User, directory: string): User {
  const exec = user.exec as Exec | undefined | null;
  if (!exec?.command) return user;
  const command = /[\\/]/.test(exec.command) ? path.resolve(directory, exec.command) : exec.command;
  const info = { kind: "ExecCredential", apiVersion: exec.apiVersion, spec: { interactive: false } };
  const env = [{ name: "KUBERNETES_EXEC_INFO", value: JSON.stringify(info) }, ...(exec.env ?? [])];
  return { ...user, exec: { ...exec, command, env } };
}
