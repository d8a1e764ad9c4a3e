import type { Cluster } from "../../ports.ts";

/** Where the cluster is, and who hears of what goes on. */
export interface ConnectOptions {
  /** Path or paths of a kubeconfig; `undefined`: `KUBECONFIG`, in-cluster, `~/.kube/config`. */
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  /** `undefined`: the context's, else `default`. */
  readonly namespace: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fieldManager: string;
  /** Takes a line about each request; given only when debugging is on. */
  readonly debug?: (line: string) => void;
  /** Takes what the user should know though the work goes on. */
  readonly warn: (text: string) => void;
  /** Hears every secret before its first use. */
  readonly mask: (secret: string) => void;
}

/** Makes the door to the cluster. Contacts nothing. Throws `ActionError` when the kubeconfig names no cluster. */
export function connect(options: ConnectOptions): Cluster {
  throw new Error(`not yet: ${options.fieldManager}`);
}
