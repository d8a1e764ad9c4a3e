import { expect, test } from "vitest";
import { toRequiredFeatures } from "../../../src/adapters/kubernetes/decode-features.ts";
import { toPlacedPod } from "../../../src/adapters/kubernetes/decode-room.ts";
import { toPodVolumes } from "../../../src/adapters/kubernetes/decode-volumes.ts";
import { parseQuantity } from "../../../src/core/quantity.ts";

const app = { name: "app" };

test("toPodVolumes() keeps claims, and leaves out what is on every node", () => {
  const volumes = [
    { name: "config", configMap: { name: "c" } },
    { name: "tmp", emptyDir: {} },
    { name: "data", persistentVolumeClaim: { claimName: "data-claim" } },
  ];
  expect(toPodVolumes({ volumes })).toEqual([{ kind: "claim", claim: "data-claim" }]);
  expect(toPodVolumes({})).toEqual([]);
});

test("toPodVolumes() reads the claim of a generic ephemeral volume by the volume's name", () => {
  const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
  const read = (extra: { storageClassName?: string }) =>
    toPodVolumes({
      volumes: [{ name: "tmp", ephemeral: { volumeClaimTemplate: { spec: { ...spec, ...extra } } } }],
    })[0];
  expect(read({ storageClassName: "fast" })).toEqual({
    kind: "ephemeral",
    defaultClass: false,
    claim: {
      name: "tmp",
      storageClassName: "fast",
      accessModes: ["ReadWriteOnce"],
      volumeMode: "Filesystem",
      size: parseQuantity("1Gi"),
      selector: undefined,
      attributesClass: "",
    },
  });
  expect(read({})).toMatchObject({ defaultClass: true, claim: { storageClassName: "" } });
  expect(read({ storageClassName: "" })).toMatchObject({
    defaultClass: false,
    claim: { storageClassName: "" },
  });
});

test("toPodVolumes() reads what tells a disk from others", () => {
  const rbd = { image: "i", monitors: ["m"] };
  const volumes = [
    { name: "a", gcePersistentDisk: { pdName: "d", readOnly: true } },
    { name: "b", awsElasticBlockStore: { volumeID: "vol-1" } },
    { name: "c", iscsi: { iqn: "iqn-1", lun: 0, targetPortal: "t" } },
    { name: "d", rbd },
    { name: "e", rbd: { ...rbd, pool: "rbd" } },
    { name: "f", rbd: { ...rbd, pool: "other" } },
    { name: "g", azureDisk: { diskName: "d", diskURI: "u" } },
  ];
  const disks = toPodVolumes({ volumes }).map((volume) => (volume.kind === "disk" ? volume.disk : undefined));
  expect(disks.map((disk) => [disk?.source, disk?.readOnly])).toEqual([
    ["gcePersistentDisk", true],
    ["awsElasticBlockStore", false],
    ["iscsi", false],
    ["rbd", false],
    ["rbd", false],
    ["rbd", false],
  ]);
  expect(disks.slice(0, 3).map((disk) => disk?.id)).toEqual(["d", "vol-1", "iqn-1"]);
  const [, , , first, second, third] = disks;
  expect(first).toEqual(second);
  expect(first?.id).not.toBe(third?.id);
  expect(first?.monitors).toEqual(["m"]);
});

test("toPlacedPod() has no field for volumes where none matters", () => {
  const pod = (volumes: object[]) =>
    toPlacedPod({ spec: { containers: [app], volumes: volumes as never } }, 36);
  expect(pod([{ name: "tmp", emptyDir: {} }])).not.toHaveProperty("volumes");
  expect(pod([{ name: "v", persistentVolumeClaim: { claimName: "c" } }]).volumes).toHaveLength(1);
});

const rules = (action: string) => [{ action, exitCodes: { operator: "In", values: [1] } }];

test("toRequiredFeatures() names what a node must declare for the pod", () => {
  expect(toRequiredFeatures({ containers: [app] })).toEqual({});
  expect(toRequiredFeatures({ containers: [{ ...app, restartPolicyRules: rules("Restart") }] })).toEqual({});
  const restarting = { features: ["RestartAllContainersOnContainerExits"] };
  const all = rules("RestartAllContainers");
  expect(toRequiredFeatures({ containers: [{ ...app, restartPolicyRules: all }] })).toEqual(restarting);
  const inits = [{ name: "init", restartPolicyRules: all }];
  expect(toRequiredFeatures({ containers: [app], initContainers: inits })).toEqual(restarting);
});

test("toRequiredFeatures() wants user namespaces on the host's network declared, not elsewhere", () => {
  const of = (spec: object) => toRequiredFeatures({ containers: [app], ...spec }).features;
  expect(of({ hostNetwork: true, hostUsers: false })).toEqual(["UserNamespacesHostNetworkSupport"]);
  expect(of({ hostNetwork: true })).toBeUndefined();
  expect(of({ hostUsers: false })).toBeUndefined();
});
