import { expect, test } from "vitest";
import { toMigratedDisk } from "../../../src/adapters/kubernetes/decode-gce-disk.ts";
import type { Labels } from "../../../src/core/model/labels.ts";
import type { NodeSelectorTerm } from "../../../src/core/model/pod-spec.ts";

const ZONE = "topology.kubernetes.io/zone";
const BETA_ZONE = "failure-domain.beta.kubernetes.io/zone";
const BETA_REGION = "failure-domain.beta.kubernetes.io/region";
const disk = { gcePersistentDisk: { pdName: "d" } };

const term = (...keys: string[]): NodeSelectorTerm => ({
  matchExpressions: keys.map((key) => ({ key, operator: "In", values: ["a"] })),
  matchFields: [],
});
const handle = (labels: Labels) => toMigratedDisk(labels, disk, undefined)?.csi.handle;
const keys = (labels: Labels, terms?: readonly NodeSelectorTerm[]) =>
  toMigratedDisk(labels, disk, terms)?.nodeAffinity?.map(({ matchExpressions }) =>
    matchExpressions.map(({ key, values }) => `${key}=${values.join()}`),
  );

test("toMigratedDisk() is for disks of the in-tree plugin alone", () => {
  expect(toMigratedDisk({}, { csi: { driver: "csi", volumeHandle: "h" } }, undefined)).toBeUndefined();
  expect(toMigratedDisk({}, disk, undefined)).toEqual({
    plugin: "kubernetes.io/gce-pd",
    csi: { driver: "pd.csi.storage.gke.io", handle: "projects/UNSPECIFIED/zones/UNSPECIFIED/disks/d" },
    nodeAffinity: undefined,
  });
});

test("toMigratedDisk() puts zone or region of the labels into the handle, the old label first", () => {
  expect(handle({ [ZONE]: "europe-west1-b" })).toBe("projects/UNSPECIFIED/zones/europe-west1-b/disks/d");
  expect(handle({ [ZONE]: "x", [BETA_ZONE]: "y" })).toBe("projects/UNSPECIFIED/zones/y/disks/d");
  expect(handle({ [ZONE]: "europe-west1-b__europe-west1-c" })).toBe(
    "projects/UNSPECIFIED/regions/europe-west1/disks/d",
  );
});

test("toMigratedDisk() wants the driver's zone where the affinity wants a zone", () => {
  expect(keys({}, [term(ZONE, "disk")])).toEqual([["topology.gke.io/zone=a", "disk=a"]]);
  expect(keys({}, [term(BETA_ZONE, BETA_REGION)])).toEqual([
    ["topology.gke.io/zone=a", "topology.kubernetes.io/region=a"],
  ]);
  expect(keys({ [ZONE]: "b" }, [term(ZONE)])).toEqual([["topology.gke.io/zone=a"]]);
});

test("toMigratedDisk() wants the zones of the labels where the affinity names none", () => {
  expect(keys({ [ZONE]: "b__c" })).toEqual([["topology.gke.io/zone=b,c"]]);
  expect(keys({ [BETA_ZONE]: "b" }, [term("disk")])).toEqual([["disk=a", "topology.gke.io/zone=b"]]);
  expect(keys({ rack: "1" }, [term("disk")])).toEqual([["disk=a"]]);
});
