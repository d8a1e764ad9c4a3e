import type { KubeEvent } from "../model/event.ts";
import type { ContainerStatus } from "../model/pod.ts";
import { errorInBackOff, errorInEvent, type PullReason, pullReasonOf } from "./image-pull-text.ts";
import { ON_THE_WAY } from "./pod-state.ts";

/** Failures of one kind since the image was last there. */
export interface PullFailures {
  /** Times that the status went into `ErrImagePull` over it. */
  readonly inStatus: number;
  /** Sum of the counts of its events now, and when the image was last there. */
  readonly inEvents: number;
  readonly past: number;
  /** Milliseconds of watched time. */
  readonly since: number;
}

/** What is remembered of a container's pulls: the kinds of failure, and the last error in full. */
export interface Pulls {
  readonly failures: Readonly<Partial<Record<PullReason, PullFailures>>>;
  readonly last: { readonly reason: PullReason; readonly error: string } | undefined;
  /** Waiting reason of the observation before, empty when it did not wait. */
  readonly state: string;
}

/** No pull has failed yet. */
export const noPulls: Pulls = { failures: {}, last: undefined, state: "" };

/** Waiting reasons of a pull that failed. Source: pkg/kubelet/images/types.go (v1.36.3). */
export const PULL_STATES: ReadonlySet<string> = new Set([
  "ErrImagePull",
  "ImagePullBackOff",
  "ImageInspectError",
  "RegistryUnavailable",
  "SignatureValidationFailed",
]);

/** How often a pull failed in this way: status and events speak of the same failures, so the larger counts. */
export function failedPulls({ inStatus, inEvents, past }: PullFailures): number {
  return Math.max(inStatus, inEvents - past);
}

/** Adds what this observation shows. A container that got past its pull starts with a clean slate. */
export function rememberPulls(
  before: Pulls,
  { state }: ContainerStatus,
  seen: { readonly image: string; readonly events: readonly KubeEvent[]; readonly now: number },
): Pulls {
  const counts = countEvents(seen.events, seen.image);
  const isPastPull =
    state.kind !== "waiting" || !(ON_THE_WAY.has(state.reason) || PULL_STATES.has(state.reason));
  if (isPastPull) return { failures: settled(counts, before), last: undefined, state: "" };

  const shown = errorShown(state, before, seen.image);
  const failed = shown !== undefined && isNewFailure(state.reason, before.state) ? shown.reason : undefined;
  const reasons = new Set([...Object.keys(before.failures), ...counts.keys(), ...(failed ? [failed] : [])]);
  const failures = Object.fromEntries(
    ([...reasons] as PullReason[]).map((reason) => {
      const known = before.failures[reason] ?? { inStatus: 0, inEvents: 0, past: 0, since: seen.now };
      const inStatus = known.inStatus + (reason === failed ? 1 : 0);
      const inEvents = Math.max(counts.get(reason)?.count ?? 0, known.inEvents);
      const isFirst = failedPulls(known) === 0;
      return [reason, { ...known, inStatus, inEvents, since: isFirst ? seen.now : known.since }];
    }),
  );
  return { failures, last: shown ?? before.last ?? newest(counts), state: state.reason };
}

type EventCounts = ReadonlyMap<PullReason, { count: number; lastSeen: number; error: string }>;

function countEvents(events: readonly KubeEvent[], image: string): EventCounts {
  const counts = new Map<PullReason, { count: number; lastSeen: number; error: string }>();
  for (const { reason: name, message, count, lastSeen } of events) {
    const error = name === "Failed" ? errorInEvent(message) : undefined;
    if (error === undefined) continue;
    const reason = pullReasonOf(error, image);
    const known = counts.get(reason) ?? { count: 0, lastSeen: 0, error };
    const isNewer = lastSeen >= known.lastSeen;
    counts.set(reason, {
      count: known.count + count,
      lastSeen: Math.max(lastSeen, known.lastSeen),
      error: isNewer ? error : known.error,
    });
  }
  return counts;
}

function settled(counts: EventCounts, before: Pulls): Pulls["failures"] {
  const reasons = new Set([...counts.keys(), ...(Object.keys(before.failures) as PullReason[])]);
  return Object.fromEntries(
    [...reasons].map((reason) => {
      const past = Math.max(counts.get(reason)?.count ?? 0, before.failures[reason]?.inEvents ?? 0);
      return [reason, { inStatus: 0, inEvents: past, past, since: 0 }];
    }),
  );
}

/** The error in the status. `ImagePullBackOff` alone names nothing but the image, so there the last error stands. */
function errorShown(
  { reason, message }: { readonly reason: string; readonly message: string },
  before: Pulls,
  image: string,
): Pulls["last"] {
  if (!PULL_STATES.has(reason)) return undefined;
  const error = reason === "ImagePullBackOff" ? errorInBackOff(message) : message;
  if (error === undefined || error === "") return before.last;
  return { reason: pullReasonOf(error, image), error };
}

/** A pull failed when the status goes into an error, also when only the back-off after it is seen. */
function isNewFailure(reason: string, before: string): boolean {
  if (!PULL_STATES.has(reason)) return false;
  if (!PULL_STATES.has(before)) return true;
  return reason !== "ImagePullBackOff" && before === "ImagePullBackOff";
}

function newest(counts: EventCounts): Pulls["last"] {
  const latest = [...counts].sort(([, a], [, b]) => b.lastSeen - a.lastSeen)[0];
  return latest === undefined ? undefined : { reason: latest[0], error: latest[1].error };
}
