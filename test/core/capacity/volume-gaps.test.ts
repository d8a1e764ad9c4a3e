import { expect, test } from "vitest";
import { volumeGaps } from "../../../src/core/capacity/volume-gaps.ts";
import { type PodVolume, type Storage, UNREAD_STORAGE } from "../../../src/core/model/storage.ts";
import { CSI, claim, claimSpec, named, storage, storageClass, UNBOUND, withClaim } from "./volumes.ts";

const stored = (more: Partial<Storage> = {}) =>
  storage({
    claims: named(
      claim("data"),
      claim("fresh", UNBOUND),
      claim("now", { ...UNBOUND, storageClassName: "now" }),
    ),
    classes: named(
      storageClass("standard"),
      storageClass("now", { waitsForConsumer: false }),
      storageClass("local", { provisioner: "kubernetes.io/no-provisioner" }),
    ),
    ...more,
  });
const whats = (volumes: readonly PodVolume[], replicas: number, more?: Partial<Storage>) =>
  volumeGaps(volumes, stored(more), replicas).map(({ what }) => what);

test("volumeGaps() names a shared claim that is bound only with the first of several pods", () => {
  expect(whats([withClaim("fresh")], 2)).toEqual(["PersistentVolumeClaim fresh"]);
  expect(whats([withClaim("fresh")], 1)).toEqual([]);
  expect(whats([withClaim("data"), withClaim("now")], 2)).toEqual([]);
});

const tmp = (storageClassName: string): PodVolume => ({
  kind: "ephemeral",
  claim: claimSpec("tmp", { storageClassName }),
  defaultClass: false,
});

test("volumeGaps() names ephemeral volumes that are made before the pod is placed, or from limited space", () => {
  const drivers = new Map([[CSI, { tracksCapacity: true, attaches: true }]]);
  expect(whats([tmp("now")], 1)).toEqual(["ephemeral volume tmp"]);
  expect(whats([tmp("standard")], 2)).toEqual([]);
  expect(whats([tmp("standard")], 2, { drivers })).toEqual(["ephemeral volume tmp"]);
  expect(whats([tmp("local")], 2)).toEqual(["ephemeral volume tmp"]);
  expect(whats([tmp("local")], 1)).toEqual([]);
});

test("volumeGaps() leaves it to the reader to say that storage could not be read", () => {
  expect(volumeGaps([tmp("now")], UNREAD_STORAGE, 2)).toEqual([]);
});

test("volumeGaps() only ever takes room", () => {
  expect(volumeGaps([tmp("now"), withClaim("fresh")], stored(), 2).every(({ takesRoom }) => takesRoom)).toBe(
    true,
  );
});
