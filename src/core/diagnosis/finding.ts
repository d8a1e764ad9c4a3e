import type { Instant } from "../model/instant.ts";
import type { ContainerRole } from "../model/pod-spec.ts";
import type { ReasonCode } from "../reason.ts";

/** Last lines of one instance of a container; `lines` empty with a `note` that says why there are none. */
export interface LogExcerpt {
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
  readonly lines: readonly string[];
  readonly note: string | undefined;
}

/** One thing to do: a sentence, and the exact command where there is one. */
export interface NextStep {
  readonly text: string;
  readonly command: string | undefined;
}

/** A cause that stands on evidence: what failed, where, in Kubernetes' own words, and what to do. */
export interface Finding {
  readonly reason: ReasonCode;
  /** One sentence in our words, without a final full stop. */
  readonly summary: string;
  /** Verbatim from the cluster: hostile, to be neutralised by whoever prints it. */
  readonly message: string;
  readonly pod: string | undefined;
  readonly container: string | undefined;
  readonly role: ContainerRole | undefined;
  readonly node: string | undefined;
  /** Names of all new pods that show it, sorted. */
  readonly pods: readonly string[];
  readonly next: readonly NextStep[];
  readonly firstSeen: Instant;
  readonly log: LogExcerpt | undefined;
}

/** Whether this is what the kubelet answers, with 200, when the log is gone; seen on v1.36.3 with containerd. */
export const isLostLog = (text: string): boolean =>
  /^unable to retrieve container logs for \S+\s*$/.test(text);
