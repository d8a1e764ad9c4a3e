import { CoreV1Api } from "@kubernetes/client-node";
import { isLostLog, type LogExcerpt } from "../../core/diagnosis/finding.ts";
import type { WorkloadRef } from "../../core/model/workload.ts";
import type { LogRequest } from "../../core/rollout/rollout.ts";
import { type Api, configuration } from "./api.ts";
import { toActionError } from "./errors.ts";
import { Refusal } from "./failure.ts";

/** Which log, and how much of it at most. */
export interface LogWanted {
  readonly ref: WorkloadRef;
  readonly request: LogRequest;
  readonly lines: number;
}

/** Bytes of a log that are read at most. The kubelet cuts what is beyond from the newest end, so this is ample. */
const LIMIT_BYTES = 256 * 1024;

/** A node that does not answer is not waited for any longer: the verdict stands without the log. */
const DEADLINE_MS = 10_000;

/** Reads the end of a container's log. No log is an excerpt with a note; throws only the signal's reason. */
export async function readLog(api: Api, wanted: LogWanted, signal: AbortSignal): Promise<LogExcerpt> {
  const { ref, request, lines } = wanted;
  const excerpt = (found: readonly string[], note?: string): LogExcerpt => ({
    ...request,
    lines: found,
    note,
  });
  try {
    const text = await new CoreV1Api(
      configuration(api, signal, { deadlineMs: DEADLINE_MS }),
    ).readNamespacedPodLog({
      namespace: ref.namespace,
      name: request.pod,
      container: request.container,
      previous: request.previous,
      tailLines: lines,
      limitBytes: LIMIT_BYTES,
    });
    if (isLostLog(text)) return excerpt([], "the node no longer has this log");
    return text === "" ? excerpt([], "the log is empty") : excerpt(text.replace(/\n$/, "").split("\n"));
  } catch (error) {
    signal.throwIfAborted();
    return excerpt([], noteOf(api, error, request));
  }
}

function noteOf({ where }: Api, error: unknown, { pod, container, previous }: LogRequest): string {
  if (error instanceof Refusal && error.code === 404) return "the pod is gone";
  if (error instanceof Refusal && error.code === 400) {
    return previous ? "no earlier instance of this container" : `no log: ${error.message}`;
  }
  const told = toActionError(error, `read the log of ${pod}/${container}`, where);
  return told instanceof Error ? told.message : String(told);
}
