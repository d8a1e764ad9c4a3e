import { readFileSync } from "node:fs";
import { BlockList, isIP } from "node:net";
import type { Cluster } from "@kubernetes/client-node";
import { type Dispatcher, EnvHttpProxyAgent } from "undici";
import { ActionError } from "../../core/reason.ts";
import type { Environment } from "../environment.ts";
import type { Credentials } from "./credentials.ts";
import type { Access } from "./kubeconfig.ts";

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Milliseconds of silence after which the kernel probes a connection. A peer that is gone is then found within
 * some 15 s (Linux probes each second, ten times), also under a watch on which nothing is due.
 */
const TCP_KEEP_ALIVE_MS = 5_000;

/** The proxy for a cluster: the kubeconfig's `proxy-url`, which knows no exceptions, else the environment's. */
export interface ClusterProxy {
  /** Empty for none. */
  readonly url: string;
  readonly exceptions: string;
}

/** Proxy of a cluster. A plain-http server goes by `HTTP_PROXY`, any other by `HTTPS_PROXY`. */
export function proxyOf({ proxyUrl, server }: Cluster, env: Environment): ClusterProxy {
  if (proxyUrl) return { url: proxyUrl, exceptions: "" };
  const url = server.startsWith("http:")
    ? (env.http_proxy ?? env.HTTP_PROXY)
    : (env.https_proxy ?? env.HTTPS_PROXY);
  const exceptions = env.no_proxy ?? env.NO_PROXY ?? "";
  return inRange(new URL(server).hostname, exceptions) ? DIRECT : { url: url ?? "", exceptions };
}

const DIRECT: ClusterProxy = { url: "", exceptions: "" };

/** Whether an address is in a range of `NO_PROXY` (`10.0.0.0/8`), which undici does not know but kubectl does. */
function inRange(host: string, exceptions: string): boolean {
  const address = host.replace(/^\[|\]$/g, "");
  if (isIP(address) === 0) return false;
  const ranges = new BlockList();
  for (const [, network = "", bits] of exceptions.matchAll(/([\da-f.:]+)\/(\d{1,3})/gi)) {
    const version = isIP(network);
    if (version === 0 || Number(bits) > (version === 6 ? 128 : 32)) continue;
    ranges.addSubnet(network, Number(bits), version === 6 ? "ipv6" : "ipv4");
  }
  return ranges.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

/** Host and port of a proxy without its password, for messages. */
export const proxyHost = ({ url }: ClusterProxy): string | undefined => URL.parse(url)?.host || undefined;

/**
 * The one keep-alive dispatcher of a cluster. HTTP/1.1: each watch has a connection of its own, so that one
 * that breaks takes nothing else with it. Throws `ActionError` when the CA cannot be read or the proxy is none.
 */
export function createDispatcher(
  access: Access,
  proxy: ClusterProxy,
  { cert, key }: Credentials,
): Dispatcher {
  const { skipTLSVerify, tlsServerName } = access.cluster;
  const ca = authorityOf(access);
  const tls = {
    keepAlive: true,
    keepAliveInitialDelay: TCP_KEEP_ALIVE_MS,
    ...(ca ? { ca } : {}),
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
    ...(tlsServerName ? { servername: tlsServerName } : {}),
    ...(skipTLSVerify ? { rejectUnauthorized: false } : {}),
  };
  try {
    return new EnvHttpProxyAgent({
      httpProxy: proxy.url,
      httpsProxy: proxy.url,
      noProxy: proxy.exceptions,
      allowH2: false,
      connectTimeout: CONNECT_TIMEOUT_MS,
      connect: { ...tls, timeout: CONNECT_TIMEOUT_MS },
      requestTls: { ...tls, timeout: CONNECT_TIMEOUT_MS },
    });
  } catch (error) {
    const message = `Cannot use the proxy of ${access.cluster.server} (proxy-url or HTTPS_PROXY): it is no http, https or socks5 address`;
    throw new ActionError("InvalidInput", message, { cause: error });
  }
}

function authorityOf({ cluster, from }: Access): Buffer | undefined {
  if (cluster.caData) return Buffer.from(cluster.caData, "base64");
  if (!cluster.caFile) return;
  try {
    return readFileSync(cluster.caFile);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const message = `Cannot read the certificate authority ${cluster.caFile} of cluster "${cluster.name}" in ${from}: ${code}`;
    throw new ActionError("ClusterUnreachable", message, { cause: error });
  }
}
