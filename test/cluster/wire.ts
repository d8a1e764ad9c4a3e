import type { CoreV1Event, V1PodStatus } from "@kubernetes/client-node";

/** A typed object as it is in JSON: dates are strings. */
type Wire<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? Wire<Item>[]
    : T extends object
      ? { [Key in keyof T]: Wire<T[Key]> }
      : T;

/** Status of a pod as JSON. */
export type PodStatus = Wire<V1PodStatus>;

/** Event as JSON. */
export type Event = Wire<CoreV1Event>;

/** What the scripted kubelet writes, and when: milliseconds since the pod came to its node. */
export type Frame =
  | { readonly kind: "status"; readonly at: number; readonly status: PodStatus }
  | { readonly kind: "event"; readonly at: number; readonly event: Event };

/** Time as Kubernetes writes it: whole seconds. */
export const toTime = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
