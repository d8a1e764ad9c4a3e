import type { Labels } from "../../model/labels.ts";
import type { PodVolume, Storage, Volume } from "../../model/storage.ts";
import { labelOf } from "../../selector.ts";
import type { ClusterFilter, Refusal } from "./filter.ts";

const OTHER_ZONE: readonly Refusal[] = [
  { id: "volume-zone", text: "node(s) had no available volume zone", resolvable: false },
];
const SAME_ZONE: readonly Refusal[] = [];

/** Labels of places, those of the time before 1.17 with what they are called since. */
const PLACES: ReadonlyMap<string, string> = new Map([
  ["failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone"],
  ["failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region"],
  ["topology.kubernetes.io/zone", "topology.kubernetes.io/zone"],
  ["topology.kubernetes.io/region", "topology.kubernetes.io/region"],
]);

/**
 * Wants the node in the zone and region that the labels of the pod's bound volumes name. A node without any such
 * label is everywhere.
 * Source: pkg/scheduler/framework/plugins/volumezone/volume_zone.go (v1.36.3).
 */
export const volumeZone: ClusterFilter = {
  kind: "cluster",
  prepare: ({ spec }, { storage }) => {
    if (spec.volumes.length === 0 || storage.unread) return undefined;
    const names = boundNames(spec.volumes, storage);
    const missing = names.find((name) => !storage.volumes.has(name));
    if (missing !== undefined) {
      const text = `persistentvolume "${missing}" not found`;
      const refusal: Refusal = { id: "pvc", text, resolvable: false };
      return { scope: "fixed", refusal, refusals: () => [refusal] };
    }
    const places = names.flatMap((name) => placesOf(storage.volumes.get(name)));
    if (places.length === 0) return undefined;
    return {
      scope: "fixed",
      refusals: ({ node }) => (isThere(node.labels, places) ? SAME_ZONE : OTHER_ZONE),
    };
  },
};

function boundNames(volumes: readonly PodVolume[], { claims }: Storage): readonly string[] {
  return volumes.flatMap((volume) => {
    const name = volume.kind === "claim" ? claims.get(volume.claim)?.volumeName : undefined;
    return name === undefined ? [] : [name];
  });
}

interface Place {
  readonly key: string;
  readonly values: readonly string[];
}

/** Several zones are joined by `__`. A label with an empty one among them counts for nothing. */
function placesOf(volume: Volume | undefined): readonly Place[] {
  return [...PLACES.keys()].flatMap((key) => {
    const values = labelOf(volume?.labels ?? {}, key)
      ?.split("__")
      .map((value) => value.trim());
    return values === undefined || values.includes("") ? [] : [{ key, values }];
  });
}

function isThere(labels: Labels, places: readonly Place[]): boolean {
  if (![...PLACES.keys()].some((key) => labelOf(labels, key) !== undefined)) return true;
  return places.every(({ key, values }) => {
    const value = labelOf(labels, key) ?? labelOf(labels, PLACES.get(key) ?? key);
    return value !== undefined && values.includes(value);
  });
}
