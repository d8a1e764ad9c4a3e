import { describe, expect, test } from "vitest";
import {
  toClaim,
  toCsiDriver,
  toCsiNode,
  toStorageCapacity,
  toStorageClass,
  toVolume,
  toVolumeAttachment,
} from "../../../src/adapters/kubernetes/decode-storage.ts";
import { instant } from "../../../src/core/model/instant.ts";
import { parseQuantity } from "../../../src/core/quantity.ts";

const BETA_CLASS = "volume.beta.kubernetes.io/storage-class";
const BOUND = "pv.kubernetes.io/bind-completed";
// The values are raw JSON, in which a time is a text.
const GONE = { deletionTimestamp: "2026-01-01T00:00:00Z" as unknown as Date };

describe("toClaim()", () => {
  const resources = { requests: { storage: "10Gi" } };

  test("toClaim() reads what a claim wants, and what became of it", () => {
    const claim = toClaim({
      metadata: { name: "data", namespace: "shop", uid: "u", annotations: { [BOUND]: "yes" } },
      spec: { storageClassName: "fast", accessModes: ["ReadWriteOnce"], volumeName: "pv-1", resources },
      status: { phase: "Bound" },
    });
    expect(claim).toEqual({
      name: "data",
      namespace: "shop",
      uid: "u",
      phase: "Bound",
      deleted: false,
      volumeName: "pv-1",
      bound: true,
      selectedNode: undefined,
      storageClassName: "fast",
      accessModes: ["ReadWriteOnce"],
      volumeMode: "Filesystem",
      size: parseQuantity("10Gi"),
      selector: undefined,
      attributesClass: "",
    });
  });

  test("toClaim() calls a claim bound only once both sides agreed, and that to a volume", () => {
    const bound = (annotations: Record<string, string>, volumeName?: string) =>
      toClaim({ metadata: { annotations }, spec: volumeName === undefined ? {} : { volumeName } }).bound;
    expect([bound({ [BOUND]: "" }, "pv"), bound({}, "pv"), bound({ [BOUND]: "yes" })]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test("toClaim() reads the class of an old annotation before that of the field", () => {
    const spec = { storageClassName: "fast" };
    expect(toClaim({ metadata: { annotations: { [BETA_CLASS]: "old" } }, spec }).storageClassName).toBe(
      "old",
    );
    expect(toClaim({ metadata: { annotations: { [BETA_CLASS]: "" } }, spec }).storageClassName).toBe("");
    expect(toClaim({ spec: {} }).storageClassName).toBe("");
  });

  test("toClaim() reads selector, mode, attributes, selected node and deletion", () => {
    const claim = toClaim({
      metadata: { ...GONE, annotations: { "volume.kubernetes.io/selected-node": "n1" } },
      spec: {
        selector: { matchLabels: { tier: "a" } },
        volumeMode: "Block",
        volumeAttributesClassName: "gold",
      },
    });
    expect(claim).toMatchObject({
      deleted: true,
      selectedNode: "n1",
      selector: [{ key: "tier", operator: "In", values: ["a"] }],
      volumeMode: "Block",
      attributesClass: "gold",
    });
  });
});

describe("toVolume()", () => {
  const terms = [{ matchExpressions: [{ key: "zone", operator: "In", values: ["a"] }] }];

  test("toVolume() reads a volume of a CSI driver", () => {
    const volume = toVolume({
      metadata: { name: "pv-1", labels: { a: "b" } },
      spec: {
        accessModes: ["ReadWriteOnce"],
        capacity: { storage: "10Gi" },
        storageClassName: "fast",
        claimRef: { namespace: "shop", name: "data", uid: "u" },
        csi: { driver: "csi", volumeHandle: "h" },
        nodeAffinity: { required: { nodeSelectorTerms: terms } },
      },
      status: { phase: "Bound" },
    });
    expect(volume).toEqual({
      name: "pv-1",
      labels: { a: "b" },
      phase: "Bound",
      deleted: false,
      nodeAffinity: [{ matchExpressions: terms[0]?.matchExpressions, matchFields: [] }],
      storageClassName: "fast",
      accessModes: ["ReadWriteOnce"],
      volumeMode: "Filesystem",
      capacity: parseQuantity("10Gi"),
      attributesClass: "",
      claimRef: { namespace: "shop", name: "data", uid: "u" },
      csi: { driver: "csi", handle: "h" },
      migrated: undefined,
      attaches: true,
    });
  });

  test("toVolume() tells volumes that are attached from those that are not", () => {
    expect(toVolume({ spec: { nfs: { server: "s", path: "/" } } }).attaches).toBe(false);
    expect(toVolume({ spec: { local: { path: "/disk" } } }).attaches).toBe(false);
    expect(toVolume({ spec: { gcePersistentDisk: { pdName: "d" } } }).attaches).toBe(true);
    expect(toVolume({ metadata: GONE, spec: {} }).deleted).toBe(true);
  });
});

test("toStorageClass() reads when volumes are bound, and where they may be", () => {
  const at = "2026-01-01T00:00:00Z" as unknown as Date;
  const isDefault = { "storageclass.kubernetes.io/is-default-class": "true" };
  const wire = {
    metadata: { name: "fast", annotations: isDefault, creationTimestamp: at },
    provisioner: "csi",
    volumeBindingMode: "WaitForFirstConsumer",
    allowedTopologies: [{ matchLabelExpressions: [{ key: "zone", values: ["a"] }] }, {}],
  };
  expect(toStorageClass(wire)).toEqual({
    name: "fast",
    provisioner: "csi",
    waitsForConsumer: true,
    defaultSince: instant(Date.UTC(2026, 0, 1)),
    allowedTopologies: [[{ key: "zone", operator: "In", values: ["a"] }], []],
  });
  const plain = toStorageClass({ metadata: { name: "now", creationTimestamp: at }, provisioner: "csi" });
  expect([plain.waitsForConsumer, plain.defaultSince, plain.allowedTopologies]).toEqual([
    false,
    undefined,
    [],
  ]);
});

test("toCsiNode() keeps the limits that there are, and the plugins that gave way", () => {
  const node = toCsiNode({
    metadata: { annotations: { "storage.alpha.kubernetes.io/migrated-plugins": "kubernetes.io/gce-pd,x" } },
    spec: {
      drivers: [
        { name: "a", nodeID: "n", allocatable: { count: 15 } },
        { name: "b", nodeID: "n" },
        { name: "c", nodeID: "n", allocatable: {} },
      ],
    },
  });
  expect([...node.limits]).toEqual([["a", 15]]);
  expect([...node.migrated]).toEqual(["kubernetes.io/gce-pd", "x"]);
  expect([...toCsiNode({ spec: { drivers: [] } }).migrated]).toEqual([]);
});

test("toCsiDriver() takes a driver to attach its volumes unless it says otherwise", () => {
  expect(toCsiDriver({ spec: {} })).toEqual({ tracksCapacity: false, attaches: true });
  expect(toCsiDriver({ spec: { storageCapacity: true, attachRequired: false } })).toEqual({
    tracksCapacity: true,
    attaches: false,
  });
});

test("toStorageCapacity() prefers the size of the largest volume", () => {
  const wire = { storageClassName: "fast", capacity: "9Gi", nodeTopology: { matchLabels: { zone: "a" } } };
  expect(toStorageCapacity({ ...wire, maximumVolumeSize: "1Gi" }).most).toBe(parseQuantity("1Gi"));
  expect(toStorageCapacity(wire)).toEqual({
    storageClassName: "fast",
    nodeTopology: [{ key: "zone", operator: "In", values: ["a"] }],
    most: parseQuantity("9Gi"),
  });
  expect(toStorageCapacity({ storageClassName: "fast" })).toMatchObject({
    nodeTopology: undefined,
    most: undefined,
  });
});

test("toVolumeAttachment() leaves out attachments that are about to go, and those without a volume of that name", () => {
  const spec = { attacher: "csi", nodeName: "n1", source: { persistentVolumeName: "pv-1" } };
  expect(toVolumeAttachment({ spec })).toEqual({ nodeName: "n1", driver: "csi", volumeName: "pv-1" });
  expect(toVolumeAttachment({ metadata: GONE, spec })).toBeUndefined();
  expect(toVolumeAttachment({ spec: { ...spec, source: {} } })).toBeUndefined();
});
