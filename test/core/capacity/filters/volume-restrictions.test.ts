import { expect, test } from "vitest";
import type { Claim, PodVolume } from "../../../../src/core/model/storage.ts";
import { UNREAD_STORAGE } from "../../../../src/core/model/storage.ts";
import { placed } from "../builders.ts";
import { big, claim, named, said, scheduling, volume, withClaim, withDisk } from "../volumes.ts";

const nodes = [big("a"), big("b")];
const user = (nodeName: string, volumes: readonly PodVolume[], extra = {}) =>
  placed(nodeName, {}, { volumes, ...extra });

test("schedulingOf() refuses a pod whose claim does not exist, before any node", () => {
  const refusalWith = (name: string) =>
    scheduling({
      volumes: [withClaim(name)],
      nodes,
      storage: { claims: named(claim("data")), volumes: named(volume("data")) },
    }).refusal;
  expect(refusalWith("date")).toEqual({
    id: "pvc",
    text: 'persistentvolumeclaim "date" not found',
    resolvable: false,
  });
  expect(refusalWith("data")).toBeUndefined();
});

test("schedulingOf() says nothing of volumes where storage could not be read", () => {
  expect(said({ volumes: [withClaim("data")], nodes, storage: UNREAD_STORAGE })).toEqual([[], []]);
});

const OLD_TEXT =
  "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode";
const NEW_TEXT =
  "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod";

const once: Partial<Claim> = { accessModes: ["ReadWriteOncePod"] };
const rwop = (pods: ReturnType<typeof user>[], minor = 36, extra: Partial<Claim> = once) => ({
  volumes: [withClaim("data")],
  nodes,
  pods,
  minor,
  storage: { claims: named(claim("data", extra)), volumes: named(volume("data")) },
});
const DATA = [withClaim("data")];

test("schedulingOf() refuses every node while a pod anywhere has the ReadWriteOncePod claim", () => {
  expect(said(rwop([user("a", DATA)]))).toEqual([[NEW_TEXT], [NEW_TEXT]]);
  expect(said(rwop([user("a", DATA)], 36, { accessModes: ["ReadWriteOnce"] }))).toEqual([[], []]);
  expect(said(rwop([user("a", [withClaim("other")])]))).toEqual([[], []]);
  expect(said(rwop([user("a", DATA, { namespace: "bank" })]))).toEqual([[], []]);
});

test("schedulingOf() speaks of ReadWriteOncePod in the words of the version", () => {
  const first = (minor: number) => said(rwop([user("a", DATA)], minor))[0];
  expect([first(33), first(34)]).toEqual([[OLD_TEXT], [NEW_TEXT]]);
});

test("schedulingOf() does not count a nominated pod as user of a ReadWriteOncePod claim", () => {
  const nominated = user("", DATA, { nodeName: undefined, nominatedNodeName: "a" });
  expect(said(rwop([nominated]))).toEqual([[], []]);
});

test("schedulingOf() frees a ReadWriteOncePod claim with its last user, whichever node that is on", () => {
  const old = user("a", DATA);
  const asked = scheduling(rwop([old]));
  expect(asked.local).toBe(false);
  expect(asked.reaches(user("b", []))).toBe(false);
  asked.remove(0, old);
  expect(asked.refusals(1)).toEqual([]);
  expect(asked.slots(1)).toBe(1);
  asked.add(1, asked.placed);
  expect(asked.refusals(0).map(({ id }) => id)).toEqual(["rwop"]);
});

const disk = (mine: PodVolume, other: PodVolume) =>
  said({ volumes: [mine], nodes: [big("a")], pods: [user("a", [other])] })[0];
const NO_DISK = ["node(s) had no available disk"];
const readOnly = { readOnly: true };

test.each([
  ["the same GCE disk", withDisk("gcePersistentDisk", "d"), withDisk("gcePersistentDisk", "d"), NO_DISK],
  ["another GCE disk", withDisk("gcePersistentDisk", "d"), withDisk("gcePersistentDisk", "e"), []],
  [
    "a GCE disk that only one reads only",
    withDisk("gcePersistentDisk", "d", readOnly),
    withDisk("gcePersistentDisk", "d"),
    NO_DISK,
  ],
  [
    "a GCE disk that both read only",
    withDisk("gcePersistentDisk", "d", readOnly),
    withDisk("gcePersistentDisk", "d", readOnly),
    [],
  ],
  [
    "an EBS volume that both read only",
    withDisk("awsElasticBlockStore", "d", readOnly),
    withDisk("awsElasticBlockStore", "d", readOnly),
    NO_DISK,
  ],
  ["another source by the same name", withDisk("iscsi", "d"), withDisk("gcePersistentDisk", "d"), []],
  ["the same iSCSI target", withDisk("iscsi", "d"), withDisk("iscsi", "d"), NO_DISK],
  [
    "an RBD image with a common monitor",
    withDisk("rbd", "d", { monitors: ["x", "y"] }),
    withDisk("rbd", "d", { monitors: ["y", "z"] }),
    NO_DISK,
  ],
  [
    "an RBD image of other monitors",
    withDisk("rbd", "d", { monitors: ["x"] }),
    withDisk("rbd", "d", { monitors: ["z"] }),
    [],
  ],
])("schedulingOf() judges %s on the node", (_, mine, other, texts) => {
  expect(disk(mine, other)).toEqual(texts);
});

test("schedulingOf() puts one pod with a writable disk on each node", () => {
  const slots = (volumes: readonly PodVolume[]) => scheduling({ volumes, nodes }).slots(0);
  expect(slots([withDisk("gcePersistentDisk", "d")])).toBe(1);
  expect(slots([withDisk("gcePersistentDisk", "d", readOnly)])).toBe(110);
});

test("schedulingOf() keeps nodes apart whose disks differ", () => {
  const asked = scheduling({
    volumes: [withDisk("gcePersistentDisk", "d")],
    nodes: [...nodes, big("c")],
    pods: [user("a", [withDisk("gcePersistentDisk", "d")])],
  });
  expect(asked.local).toBe(true);
  expect(asked.signature(0)).not.toBe(asked.signature(1));
  expect(asked.signature(1)).toBe(asked.signature(2));
});
