import { performance } from "node:perf_hooks";
import { consoleUrl } from "../../core/console-url.ts";
import { type Candidate, endpointsFor, type GkeFacts } from "../../core/endpoint.ts";
import type { GkeCluster } from "../../core/inputs/where.ts";
import { ActionError } from "../../core/reason.ts";
import type { Log } from "../../ports.ts";
import type { Environment } from "../environment.ts";
import type { Access } from "../kubernetes/kubeconfig.ts";
import { createGoogleAuthenticator, type GoogleAuthenticator } from "./authenticator.ts";
import { explainShut } from "./explain-door.ts";
import { explainPending } from "./explain-sign-in.ts";
import { gatewayOf } from "./gateway.ts";
import type { GkeDoor } from "./gke-door.ts";
import { baseOf, createGoogleApis } from "./google-apis.ts";
import { type ProbeOptions, probe } from "./probe.ts";
import { readCluster } from "./read-cluster.ts";
import type { Session } from "./session.ts";
import { findTokenSource } from "./token-source.ts";

/** What the search for a cluster needs of the world. */
export interface FindOptions {
  readonly env: Environment;
  readonly log: Log;
  /** Hears every secret before its first use. */
  readonly mask: (secret: string) => void;
  /** Takes a line about each request; given only when debugging is on. */
  readonly debug?: ((line: string) => void) | undefined;
  readonly signal: AbortSignal;
  /** Our name to Google and to the API server. */
  readonly userAgent?: string;
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number;
  readonly firstPauseMs?: number;
  readonly probePace?: NonNullable<ProbeOptions["pace"]>;
}

/**
 * Signs in to Google Cloud, finds the cluster, and the endpoint of it that answers from here. Nothing is written,
 * here or there. Throws `ActionError`: `AuthenticationFailed`, `PermissionDenied`, `ClusterNotFound`,
 * `ClusterUnreachable`, `ApiUnavailable`; or the signal's reason.
 */
export async function findGkeCluster(wanted: GkeCluster, options: FindOptions): Promise<GkeDoor> {
  const { env, log, signal } = options;
  const mask = onceEach(options.mask);
  const wire = { ...options, mask, userAgent: options.userAgent ?? "gke-safe-rollout" };
  const source = findTokenSource(wanted.project, wire);
  log.info(`Google credentials: ${source.text}`);
  const now = options.now ?? (() => performance.now());
  const authenticator = createGoogleAuthenticator({ source, mask, now });
  await signIn(authenticator, signal);
  const universe = await source.universe();
  const apis = createGoogleApis({ ...wire, authenticator, universe, quotaProject: wanted.quotaProject });
  const session: Session = {
    wanted,
    apis,
    signal,
    identity: source.identity,
    baseOf: (service) => baseOf(service, { env, universe }),
  };
  try {
    const facts = await readCluster(session);
    log.info(`Signed in to Google Cloud as ${source.identity().text}; ${factsText(facts)}`);
    if (["RECONCILING", "DEGRADED"].includes(facts.status)) log.warning(unsteady(facts));
    const candidate = await chooseDoor(session, facts, {
      ...options,
      userAgent: wire.userAgent,
      authenticator,
    });
    return {
      access: accessOf(candidate, facts),
      authenticator,
      kind: candidate.kind,
      lists: candidate.kind === "connect-gateway",
      consoleUrl: (ref) => consoleUrl(wanted, ref, universe),
      facts,
    };
  } finally {
    await apis.close();
  }
}

/** The first token, so that a sign-in that fails is told as one, before anything is asked. */
function signIn(authenticator: GoogleAuthenticator, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop, { once: true });
    authenticator
      .credentials()
      .then(
        () => resolve(),
        (error: unknown) => reject(explainPending(error, authenticator.as)),
      )
      .finally(() => signal.removeEventListener("abort", stop));
  });
}

function onceEach(mask: (secret: string) => void): (secret: string) => void {
  const heard = new Set<string>();
  return (secret) => {
    if (!heard.has(secret)) mask(secret);
    heard.add(secret);
  };
}

function factsText({ cluster, location, project, version, autopilot, status }: GkeFacts): string {
  const kind = autopilot ? "Autopilot" : "Standard";
  return `cluster ${cluster} in ${location} of project ${project} is ${kind}, version ${version}, ${status}`;
}

function unsteady({ cluster, status, conditions }: GkeFacts): string {
  const what =
    status === "RECONCILING"
      ? "is being changed (an upgrade, a repair, a new size); its API may break off for a while"
      : "is degraded";
  const texts = conditions.length === 0 ? "" : `: ${conditions.join("; ")}`;
  return `Cluster ${cluster} ${what}${texts}`;
}

function accessOf({ server, caData }: Candidate, { project, location, cluster }: GkeFacts): Access {
  const name = `gke_${project}_${location}_${cluster}`;
  return {
    from: `the GKE cluster ${cluster} in ${location} of project ${project}`,
    context: { name, cluster: name, user: name },
    cluster: { name, server, skipTLSVerify: false, ...(caData === undefined ? {} : { caData }) },
    user: undefined,
  };
}

interface Choosing extends FindOptions {
  readonly userAgent: string;
  readonly authenticator: GoogleAuthenticator;
}

async function chooseDoor(session: Session, facts: GkeFacts, options: Choosing): Promise<Candidate> {
  const { wanted, signal } = session;
  const wantedDoors = await doorsFor(session, facts);
  const all = endpointsFor(facts, "auto");
  const kinds = new Set(wantedDoors.map(({ kind }) => kind));
  const others = all.kind === "some" ? all.candidates.filter(({ kind }) => !kinds.has(kind)) : [];
  const mayTake = (candidate: Candidate): boolean => wantedDoors.includes(candidate);
  const { authenticator, env, userAgent, debug, probePace, firstPauseMs } = options;
  const { taken, probed } = await probe({
    candidates: [...wantedDoors, ...others],
    mayTake,
    accessOf: (candidate) => accessOf(candidate, facts),
    authenticator,
    env,
    userAgent,
    debug,
    signal,
    ...(probePace ? { pace: probePace } : {}),
    ...(firstPauseMs === undefined ? {} : { firstPauseMs }),
  });
  if (taken === undefined) {
    throw explainShut({ wanted, facts, probed, mayTake, identity: session.identity() });
  }
  options.log.info(`Endpoint: ${taken.kind} (${new URL(taken.server).host}): ${taken.why}`);
  return taken;
}

async function doorsFor(session: Session, facts: GkeFacts): Promise<readonly Candidate[]> {
  const { endpoint } = session.wanted;
  if (endpoint === "connect-gateway") return [await gatewayOf(session, facts)];
  const found = endpointsFor(facts, endpoint);
  if (found.kind === "some") return found.candidates;
  throw new ActionError("ClusterUnreachable", found.why);
}
