import { expect, test } from "vitest";
import { readStorage, type StorageRead } from "../../../src/adapters/kubernetes/storage.ts";
import type { PodVolume } from "../../../src/core/model/storage.ts";
import { doorTo, never } from "./doors.ts";
import { type Answer, byPath, json, refuse, serveApi } from "./fake-api.ts";

const CLAIMS = "/api/v1/namespaces/shop/persistentvolumeclaims";
const VOLUMES = "/api/v1/persistentvolumes";
const of = (kinds: string): string => `/apis/storage.k8s.io/v1/${kinds}`;
const list = (...items: object[]): Answer => json({ metadata: {}, items });
const forbidden: Answer = refuse(403, {
  reason: "Forbidden",
  message: 'x is forbidden: User "ci" cannot do this',
});

const claim = (annotations: Record<string, string>) => ({
  metadata: { name: "data", namespace: "shop", annotations },
  spec: { volumeName: "pv-1", storageClassName: "standard" },
});
const bound = claim({ "pv.kubernetes.io/bind-completed": "yes" });
const driver = (storageCapacity: boolean) => ({ metadata: { name: "csi" }, spec: { storageCapacity } });
const attachment = (more: object) => ({
  metadata: more,
  spec: { attacher: "csi", nodeName: "n1", source: { persistentVolumeName: "pv-1" } },
});

const usual: Readonly<Record<string, Answer>> = {
  [CLAIMS]: list(bound),
  [VOLUMES]: list({ metadata: { name: "pv-1" }, spec: {} }),
  [of("storageclasses")]: list({ metadata: { name: "standard" }, provisioner: "csi" }),
  [of("csinodes")]: list({
    metadata: { name: "n1" },
    spec: { drivers: [{ name: "csi", allocatable: { count: 9 } }] },
  }),
  [of("csidrivers")]: list(driver(true)),
  [of("volumeattachments")]: list(attachment({}), attachment({ deletionTimestamp: "2026-01-01T00:00:00Z" })),
  [of("csistoragecapacities")]: list({ storageClassName: "standard", capacity: "1Gi" }),
};
const DATA: PodVolume = { kind: "claim", claim: "data" };

async function readOf(
  answers: Readonly<Record<string, Answer>> = {},
  volumes: readonly PodVolume[] = [DATA],
  minor = 34,
): Promise<StorageRead & { readonly asked: readonly string[] }> {
  const api = await serveApi(byPath({ ...usual, ...answers }));
  const read = await readStorage(doorTo(api.url), { minor, namespace: "shop", pod: { volumes } }, never);
  return { ...read, asked: api.got.map(({ path }) => path).sort() };
}

test("readStorage() reads nothing for a pod without volumes that decide where it may run", async () => {
  const { asked, gaps } = await readOf({}, []);
  expect([asked, gaps]).toEqual([[], []]);
});

test("readStorage() reads claims, volumes, classes, limits and attachments for a pod with a claim", async () => {
  const { storage, gaps } = await readOf();
  expect(gaps).toEqual([]);
  expect([...storage.claims.keys(), ...storage.volumes.keys(), ...storage.classes.keys()]).toEqual([
    "data",
    "pv-1",
    "standard",
  ]);
  expect(storage.csiNodes.get("n1")?.limits.get("csi")).toBe(9);
  expect(storage.drivers.get("csi")?.tracksCapacity).toBe(true);
  expect(storage.attachments).toEqual([{ nodeName: "n1", driver: "csi", volumeName: "pv-1" }]);
});

test.each<[string, boolean, Readonly<Record<string, Answer>>]>([
  ["not where all claims are bound", false, {}],
  ["where a claim is not bound", true, { [CLAIMS]: list(claim({})) }],
  ["where a claim is not there", true, { [CLAIMS]: list() }],
  ["not where no driver tells it", false, { [CLAIMS]: list(), [of("csidrivers")]: list(driver(false)) }],
])("readStorage() asks how much storage is left, %s", async (_, asks, answers) => {
  const { asked } = await readOf(answers);
  expect(asked.includes(of("csistoragecapacities"))).toBe(asks);
});

test.each([
  [31, false],
  [32, true],
])("readStorage() on 1.%i: reads attachments: %s", async (minor, reads) => {
  const { asked } = await readOf({}, [DATA], minor);
  expect(asked.includes(of("volumeattachments"))).toBe(reads);
});

test.each([CLAIMS, VOLUMES, of("storageclasses")])(
  "readStorage() knows nothing of storage without %s",
  async (path) => {
    const { storage, gaps } = await readOf({ [path]: forbidden });
    expect(storage.unread).toBe(true);
    expect(gaps).toEqual([
      {
        what: expect.any(String),
        takesRoom: true,
        why: expect.stringMatching(/^403 for "ci"; grant list on/),
      },
    ]);
  },
);

test("readStorage() keeps what it has without limits of nodes, and says what is missing", async () => {
  const { storage, gaps } = await readOf({ [of("csinodes")]: forbidden });
  expect(storage.unread).toBeUndefined();
  expect(storage.claims.size).toBe(1);
  expect(gaps).toMatchObject([{ what: "CSINodes", takesRoom: true }]);
});

test("readStorage() takes capacities that it may not read for unknown, not for none", async () => {
  const answers = { [CLAIMS]: list(claim({})), [of("csistoragecapacities")]: forbidden };
  const { storage, gaps } = await readOf(answers);
  expect(storage.capacities).toBeUndefined();
  expect(gaps).toMatchObject([{ what: "CSIStorageCapacities", takesRoom: true }]);
});
