import type { Finding } from "../../src/core/diagnosis/finding.ts";
import type { RecordedEvent } from "../../src/core/recording/recording.ts";

/** Where `kubectl` shows a text. */
export type Place = "pod" | "event" | "replicaSet" | "deployment";

interface Told {
  readonly place: Place;
  readonly text: string;
}

/** The fields of an object on the wire that say what went wrong. */
interface Wire {
  readonly kind?: string;
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly status?: {
    readonly reason?: string;
    readonly message?: string;
    readonly conditions?: readonly {
      readonly status?: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
    readonly containerStatuses?: readonly ContainerWire[];
    readonly initContainerStatuses?: readonly ContainerWire[];
  };
}

interface ContainerWire {
  readonly state?: Readonly<Record<string, { readonly reason?: string; readonly message?: string }>>;
}

/** States that every container goes through. */
const USUAL: ReadonlySet<string> = new Set(["ContainerCreating", "PodInitializing", "Completed"]);

/**
 * What a recording says of a cause until the verdict, and where: texts that hold the cause's own words, the reasons
 * of container states, and warnings.
 */
export function textsIn(events: readonly RecordedEvent[], cause: Finding, at: number): readonly Told[] {
  const seen = events
    .filter(({ t }) => t > 0 && t <= at)
    .flatMap(({ object }) => textsOf(object as Wire, cause));
  return [...new Map(seen.map((told) => [`${told.place} ${told.text}`, told])).values()];
}

function textsOf(
  { kind, type, reason = "", message = "", status = {} }: Wire,
  cause: Finding,
): readonly Told[] {
  switch (kind) {
    case "Event":
      return type === "Warning" || isOwn(message, cause)
        ? [{ place: "event", text: `${reason}: ${message}` }]
        : [];
    case "Pod":
      return ofPod(status, cause);
    case "ReplicaSet":
      return conditionsOf(status, cause).map((text) => ({ place: "replicaSet", text }));
    case "Deployment":
      return conditionsOf(status, cause).map((text) => ({ place: "deployment", text }));
    default:
      return [];
  }
}

function ofPod(status: NonNullable<Wire["status"]>, cause: Finding): readonly Told[] {
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const states = containers.flatMap(({ state = {} }) => Object.values(state));
  const said = states.flatMap(({ reason = "", message = "" }) => {
    if (reason === "" || USUAL.has(reason)) return [];
    return message !== "" && isOwn(message, cause) ? [reason, `${reason}: ${message}`] : [reason];
  });
  const own = [status.reason ?? "", isOwn(status.message ?? "", cause) ? (status.message ?? "") : ""];
  return [...said, ...own, ...conditionsOf(status, cause)]
    .filter((text) => text !== "")
    .map((text) => ({ place: "pod", text }));
}

function conditionsOf({ conditions = [] }: NonNullable<Wire["status"]>, cause: Finding): readonly string[] {
  return conditions
    .filter(({ message = "" }) => isOwn(message, cause))
    .map(({ reason = "", message = "" }) => (reason === "" ? message : `${reason}: ${message}`));
}

/** Whether the text is what the cause quotes, or holds it. */
const isOwn = (text: string, { message }: Finding): boolean =>
  message.trim() !== "" && text.includes(message.trim());
