import { expect, test } from "vitest";
import { multiAttachError, volumeHazards } from "../../../src/core/capacity/volume-hazard.ts";
import type { PodVolume, Storage, Volume } from "../../../src/core/model/storage.ts";
import { placed } from "./builders.ts";
import {
  big,
  CSI,
  claim,
  incoming,
  named,
  storageClass,
  UNBOUND,
  viewOf,
  volume,
  withClaim,
  withDisk,
} from "./volumes.ts";

const user = (nodeName: string, name: string, volumes: readonly PodVolume[], extra = {}) =>
  placed(nodeName, {}, { name, volumes, ...extra });
const DATA = [withClaim("data")];

const hazards = (
  volumes: readonly PodVolume[],
  pods: ReturnType<typeof user>[],
  ofVolume: Partial<Volume> = {},
  more: Partial<Storage> = {},
) => {
  const given = {
    volumes,
    nodes: [big("a"), big("b")],
    pods,
    storage: {
      claims: named(claim("data"), claim("fresh", UNBOUND)),
      volumes: named(volume("data", ofVolume)),
      classes: named(storageClass("standard")),
      ...more,
    },
  };
  return volumeHazards(incoming(given), viewOf(given));
};

test("volumeHazards() tells where a volume is that only one node can have", () => {
  const pods = [
    user("a", "web-2", DATA),
    user("a", "web-1", DATA),
    user("b", "other", [withClaim("logs")]),
    user("b", "leaving", DATA, { deletedAt: 1 }),
    user("b", "elsewhere", DATA, { namespace: "bank" }),
  ];
  const found = hazards(DATA, pods);
  expect(found).toEqual([
    { what: "PersistentVolumeClaim data", volume: "pv-data", users: new Map([["a", ["web-1", "web-2"]]]) },
  ]);
  expect(found.map(multiAttachError)).toEqual([
    'Multi-Attach error for volume "pv-data" Volume is already used by pod(s) web-1, web-2',
  ]);
});

const unattached = (provisioner = CSI): Partial<Storage> => ({
  drivers: new Map([[provisioner, { tracksCapacity: false, attaches: false }]]),
});

test.each<[string, Partial<Volume>, Partial<Storage>, number]>([
  ["ReadWriteOnce", {}, {}, 1],
  ["ReadWriteOncePod", { accessModes: ["ReadWriteOncePod"] }, {}, 1],
  ["ReadWriteMany too", { accessModes: ["ReadWriteOnce", "ReadWriteMany"] }, {}, 0],
  ["ReadOnlyMany too", { accessModes: ["ReadWriteOnce", "ReadOnlyMany"] }, {}, 0],
  ["no mode", { accessModes: [] }, {}, 0],
  ["NFS", { attaches: false, csi: undefined }, {}, 0],
  ["a driver that does not attach", {}, unattached(), 0],
  ["another driver that does not attach", {}, unattached("other"), 1],
])("volumeHazards() judges a volume of %s", (_, ofVolume, more, count) => {
  expect(hazards(DATA, [], ofVolume, more)).toHaveLength(count);
});

test("volumeHazards() judges a volume that is yet to be made by its claim", () => {
  expect(hazards([withClaim("fresh")], [])).toEqual([
    { what: "PersistentVolumeClaim fresh", volume: undefined, users: new Map() },
  ]);
  expect(hazards([withClaim("fresh")], [], {}, unattached())).toEqual([]);
});

test("volumeHazards() knows disks that are named without a claim, unless they are only read", () => {
  const disk = withDisk("gcePersistentDisk", "d");
  expect(hazards([disk], [user("a", "web-1", [disk])])).toEqual([
    { what: "gcePersistentDisk d", volume: "d", users: new Map([["a", ["web-1"]]]) },
  ]);
  expect(hazards([withDisk("gcePersistentDisk", "d", { readOnly: true })], [])).toEqual([]);
});
