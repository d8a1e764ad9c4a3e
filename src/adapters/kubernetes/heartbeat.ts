import type { WorkloadRef } from "../../core/model/workload.ts";
import { type Api, read, workloadPath } from "./api.ts";
import { pause } from "./bell.ts";
import { Refusal } from "./failure.ts";
import type { Raw } from "./feed.ts";
import { isOlder } from "./resource-version.ts";

/** What a heartbeat watches over. */
export interface Heartbeat {
  readonly api: Api;
  readonly ref: WorkloadRef;
  /** Silence after which the workload is read, in milliseconds. */
  readonly silenceMs: number;
  /** Milliseconds since the API last said anything. */
  readonly silence: () => number;
  /** Version of the workload up to which its stream has told everything. */
  readonly seen: () => string | undefined;
  /** Takes the workload as a read showed it. */
  readonly took: (workload: Raw) => void;
  /** A read got no answer, or one that tells nothing. */
  readonly failed: () => void;
  /** The workload is no more. */
  readonly gone: () => void;
  /** The streams are not what they seem. */
  readonly distrust: () => void;
  readonly signal: AbortSignal;
}

const READ = { once: true, deadlineMs: 5_000 } as const;

/**
 * Reads the workload when all streams are silent: the cheapest proof that the API is there, and that nothing was
 * missed. Streams are not trusted, though their connections stand, once a read has failed, nor when they have not
 * told by the next beat what a read has shown. Ends at the signal.
 */
export async function beat(heart: Heartbeat): Promise<void> {
  const { silenceMs, silence, signal } = heart;
  let shown: string | undefined;
  let failed = false;
  while (!signal.aborted) {
    const rest = failed ? 0 : silenceMs - silence();
    if (rest > 0) {
      await pause(rest, signal);
      continue;
    }
    const workload = await readNow(heart);
    if (workload === undefined) {
      failed = true;
      await pause(silenceMs, signal);
      continue;
    }
    if (failed || isOlder(heart.seen(), shown)) heart.distrust();
    failed = false;
    shown = workload.metadata.resourceVersion;
    heart.took(workload);
  }
}

async function readNow({ api, ref, gone, failed, signal }: Heartbeat): Promise<Raw | undefined> {
  try {
    return await read<Raw>(api, workloadPath(ref), signal, READ);
  } catch (error) {
    if (error instanceof Refusal && error.code === 404) gone();
    else failed();
    return;
  }
}
