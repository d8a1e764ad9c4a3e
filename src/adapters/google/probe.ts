import { performance } from "node:perf_hooks";
import type { Candidate } from "../../core/endpoint.ts";
import type { Environment } from "../environment.ts";
import type { Authenticator } from "../kubernetes/credentials.ts";
import { proxyHost, proxyOf } from "../kubernetes/dispatcher.ts";
import { NoAnswer, Refusal } from "../kubernetes/failure.ts";
import type { Access } from "../kubernetes/kubeconfig.ts";
import { createTransport } from "../kubernetes/transport.ts";

/** How a candidate took a look at `/version`. `refused`: somebody answered, and does not let us through. */
export type Probed =
  | { readonly kind: "answered" }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | { readonly kind: "silent"; readonly why: string };

/** A look at several candidates. */
export interface ProbeOptions {
  readonly candidates: readonly Candidate[];
  /** Whether a candidate that answered may be taken; the others are looked at for the message. */
  readonly mayTake: (candidate: Candidate) => boolean;
  readonly accessOf: (candidate: Candidate) => Access;
  readonly authenticator: Authenticator;
  readonly env: Environment;
  readonly userAgent: string;
  readonly debug?: ((line: string) => void) | undefined;
  readonly signal: AbortSignal;
  readonly firstPauseMs?: number;
  /** Milliseconds for all of it, and the head start of each candidate before the next. */
  readonly pace?: { readonly allMs: number; readonly headStartMs: number };
}

const PACE = { allMs: 10_000, headStartMs: 2_500 };

/** What the candidates said, and the one to take. */
export interface ProbeResult {
  readonly taken: Candidate | undefined;
  readonly probed: ReadonlyMap<Candidate, Probed>;
}

/**
 * Looks at `/version` through one candidate after the other, in their order: the next when the one before fails, or
 * has been silent for its head start. The first that answers and may be taken is taken. Throws the signal's reason.
 */
export async function probe(options: ProbeOptions): Promise<ProbeResult> {
  const { candidates, mayTake, signal, pace = PACE } = options;
  const end = performance.now() + pace.allMs;
  const probed = new Map<Candidate, Probed>();
  const over = new AbortController();
  const stop = AbortSignal.any([signal, over.signal, AbortSignal.timeout(pace.allMs)]);
  const taken = Promise.withResolvers<Candidate | undefined>();
  const looks: Promise<void>[] = [];
  for (const candidate of candidates) {
    if (stop.aborted) break;
    const look = lookAt(candidate, options, { stop, end }).then((result) => {
      if (over.signal.aborted) return;
      probed.set(candidate, result);
      if (result.kind !== "answered" || !mayTake(candidate)) return;
      taken.resolve(candidate);
      over.abort();
    });
    looks.push(look);
    await headStart(look, pace.headStartMs, stop);
  }
  void Promise.all(looks).then(() => taken.resolve(undefined), taken.reject);
  const found = await taken.promise;
  signal.throwIfAborted();
  const inOrder = candidates.flatMap((candidate) => entryOf(probed, candidate));
  return { taken: found, probed: new Map(inOrder) };
}

function entryOf(probed: ReadonlyMap<Candidate, Probed>, candidate: Candidate): [Candidate, Probed][] {
  const said = probed.get(candidate);
  return said === undefined ? [] : [[candidate, said]];
}

/** Waits for the look, for its head start, or for the end, whichever comes first. */
function headStart(look: Promise<void>, ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    stop.addEventListener("abort", done, { once: true });
    look.then(done, done);
  });
}

interface Until {
  readonly stop: AbortSignal;
  /** By `performance.now`: a repetition that would come later is not waited for. */
  readonly end: number;
}

async function lookAt(candidate: Candidate, options: ProbeOptions, { stop, end }: Until): Promise<Probed> {
  const access = options.accessOf(candidate);
  const proxy = proxyOf(access.cluster, options.env);
  const transport = createTransport({ ...options, access, proxy });
  try {
    const deadlineMs = Math.max(0, end - performance.now());
    await transport.send({ method: "GET", path: "/version", deadlineMs }, stop);
    return { kind: "answered" };
  } catch (error) {
    if (error instanceof Refusal) return judged(error);
    if (stop.aborted) return { kind: "silent", why: "no answer" };
    return { kind: "silent", why: whyOf(error, proxyHost(proxy)) };
  } finally {
    await transport.close();
  }
}

/** An API server that knows us and only keeps its version to itself is as good as one that tells it. */
const judged = (refusal: Refusal): Probed =>
  refusal.code === 403 && refusal.status.reason === "Forbidden"
    ? { kind: "answered" }
    : { kind: "refused", refusal };

function whyOf(error: unknown, proxy: string | undefined): string {
  if (!(error instanceof NoAnswer)) throw error;
  const { code, message } = error;
  const what = /TIMEOUT/.test(code) ? "no answer" : `${code}: ${message}`;
  return proxy === undefined ? what : `${what}, through the proxy ${proxy}`;
}
