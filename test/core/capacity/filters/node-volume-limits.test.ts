import { expect, test } from "vitest";
import type { PodVolume, Storage, VolumeAttachment } from "../../../../src/core/model/storage.ts";
import { placed } from "../builders.ts";
import {
  big,
  CSI,
  claim,
  claimSpec,
  named,
  said,
  scheduling,
  storageClass,
  UNBOUND,
  volume,
  withClaim,
  withDisk,
} from "../volumes.ts";

const nodes = [big("a"), big("b")];
const TOO_MANY = ["node(s) exceed max volume count"];

const limited = (count: number, driver = CSI): Pick<Storage, "csiNodes"> => ({
  csiNodes: new Map([["a", { limits: new Map([[driver, count]]), migrated: new Set<string>() }]]),
});
const bank = { namespace: "bank", name: "vault", uid: "uid-vault" };
const stored: Partial<Storage> = {
  claims: named(claim("data"), claim("logs"), claim("fresh", UNBOUND), claim("db-0-tmp")),
  volumes: named(volume("data"), volume("logs"), volume("db-0-tmp"), volume("vault", { claimRef: bank })),
  classes: named(storageClass("standard")),
};
const user = (volumes: readonly PodVolume[], extra = {}) => placed("a", {}, { volumes, ...extra });

const judged = (count: number, volumes: readonly PodVolume[], users: ReturnType<typeof user>[], more = {}) =>
  said({ volumes, nodes, pods: users, storage: { ...stored, ...limited(count), ...more } });

const LOGS = user([withClaim("logs")]);

test("schedulingOf() refuses a node whose driver can attach no more", () => {
  expect(judged(1, [withClaim("data")], [LOGS])).toEqual([TOO_MANY, []]);
  expect(judged(2, [withClaim("data")], [LOGS])).toEqual([[], []]);
});

test("schedulingOf() counts a volume once however many pods use it", () => {
  expect(judged(1, [withClaim("logs")], [LOGS, LOGS])[0]).toEqual([]);
  expect(judged(2, [withClaim("data")], [LOGS, LOGS])[0]).toEqual([]);
});

test("schedulingOf() counts a claim that is not bound yet by the provisioner of its class", () => {
  expect(judged(1, [withClaim("fresh")], [LOGS])[0]).toEqual(TOO_MANY);
  expect(judged(2, [withClaim("fresh")], [LOGS])[0]).toEqual([]);
});

test("schedulingOf() counts volumes of pods of other namespaces", () => {
  const vault = user([withClaim("vault")], { namespace: "bank" });
  expect(judged(1, [withClaim("data")], [vault])[0]).toEqual(TOO_MANY);
  expect(judged(1, [withClaim("data")], [user([withClaim("vault")])])[0]).toEqual([]);
});

test("schedulingOf() counts what a generic ephemeral volume of a pod has been made into", () => {
  const tmp: PodVolume = { kind: "ephemeral", claim: claimSpec("tmp"), defaultClass: false };
  expect(judged(1, [withClaim("data")], [user([tmp], { name: "db-0" })])[0]).toEqual(TOO_MANY);
  expect(judged(1, [withClaim("data")], [user([tmp], { name: "db-1" })])[0]).toEqual([]);
});

test("schedulingOf() counts one more generic ephemeral volume for each new pod", () => {
  const slots = (tmp: PodVolume) =>
    scheduling({
      volumes: [tmp],
      nodes,
      storage: {
        ...stored,
        ...limited(3),
        classes: named(storageClass("standard", { defaultSince: 1 as never })),
      },
    }).slots(0);
  expect(slots({ kind: "ephemeral", claim: claimSpec("tmp"), defaultClass: false })).toBe(3);
  const unnamed = claimSpec("tmp", { storageClassName: "" });
  expect(slots({ kind: "ephemeral", claim: unnamed, defaultClass: true })).toBe(3);
  expect(slots({ kind: "ephemeral", claim: unnamed, defaultClass: false })).toBe(110);
});

test("schedulingOf() counts disks of the in-tree plugin for the driver that took over", () => {
  const old = withDisk("gcePersistentDisk", "old");
  expect(judged(1, [withClaim("data")], [user([old])])[0]).toEqual(TOO_MANY);
  expect(judged(0, [old], [])[0]).toEqual(TOO_MANY);
  const csi = { driver: CSI, handle: "projects/UNSPECIFIED/zones/z/disks/logs" };
  const migrated = { plugin: "kubernetes.io/gce-pd", csi, nodeAffinity: undefined };
  const volumes = named(volume("data"), volume("logs", { csi: undefined, migrated }));
  expect(judged(1, [withClaim("data")], [LOGS], { volumes })[0]).toEqual(TOO_MANY);
  const nfs = named(volume("data"), volume("logs", { csi: undefined }));
  expect(judged(1, [withClaim("data")], [LOGS], { volumes: nfs })[0]).toEqual([]);
});

test("schedulingOf() knows no limit of other drivers, nor of nodes that name none", () => {
  expect(judged(0, [withClaim("data")], [], limited(0, "other"))).toEqual([[], []]);
  expect(judged(0, [withClaim("data")], [])).toEqual([TOO_MANY, []]);
});

const attachment = (name: string): VolumeAttachment => ({
  nodeName: "a",
  driver: CSI,
  volumeName: `pv-${name}`,
});

test("schedulingOf() counts attached volumes that no pod uses, from 1.32 on", () => {
  const [at31, at32] = [31, 32].map((minor) =>
    said({
      volumes: [withClaim("data")],
      nodes,
      minor,
      storage: { ...stored, ...limited(1), attachments: [attachment("logs")] },
    }),
  );
  expect([at31?.[0], at32?.[0]]).toEqual([[], TOO_MANY]);
});

test("schedulingOf() does not count attachments of volumes that pods use, and none once those are gone", () => {
  const asked = scheduling({
    volumes: [withClaim("data")],
    nodes,
    pods: [LOGS],
    storage: { ...stored, ...limited(2), attachments: [attachment("logs")] },
  });
  expect(asked.refusals(0)).toEqual([]);
  asked.add(0, user([withClaim("vault")], { namespace: "bank" }));
  expect(asked.refusals(0).map(({ text }) => text)).toEqual(TOO_MANY);
  asked.remove(0, LOGS);
  expect(asked.refusals(0)).toEqual([]);
});

test("schedulingOf() tells nodes apart by what matters of their volumes, not by which these are", () => {
  const more = new Map(
    ["a", "b", "c"].map((name) => [name, { limits: new Map([[CSI, 5]]), migrated: new Set<string>() }]),
  );
  const asked = scheduling({
    volumes: [withClaim("data")],
    nodes: [...nodes, big("c")],
    pods: [LOGS, placed("b", {}, { namespace: "bank", volumes: [withClaim("vault")] })],
    storage: { ...stored, csiNodes: more },
  });
  expect(asked.signature(0)).toBe(asked.signature(1));
  expect(asked.signature(0)).not.toBe(asked.signature(2));
  asked.add(0, asked.placed);
  expect(asked.signature(0)).not.toBe(asked.signature(1));
});
