import { expect, test } from "vitest";
import type { NodeSelectorTerm } from "../../../../src/core/model/pod-spec.ts";
import type { Claim, ClaimSpec, PodVolume, Storage, Volume } from "../../../../src/core/model/storage.ts";
import { parseQuantity } from "../../../../src/core/quantity.ts";
import {
  big,
  CSI,
  claim,
  claimSpec,
  FREE,
  type Given,
  named,
  said,
  scheduling,
  storageClass,
  UNBOUND,
  volume,
  withClaim,
} from "../volumes.ts";

const ZONE = "topology.kubernetes.io/zone";
const nodes = [
  big("a", { labels: { zone: "x", [ZONE]: "x" } }),
  big("b", { labels: { zone: "y", [ZONE]: "y" } }),
];

const inZone = (zone: string, key = "zone"): readonly NodeSelectorTerm[] => [
  { matchExpressions: [{ key, operator: "In", values: [zone] }], matchFields: [] },
];

const with_ = (data: Partial<Claim>, more: Partial<Storage> = {}, minor = 36): Given => ({
  volumes: [withClaim("data")],
  nodes,
  minor,
  storage: {
    claims: named(claim("data", data)),
    volumes: named(volume("data")),
    classes: named(storageClass("standard"), storageClass("now", { waitsForConsumer: false })),
    ...more,
  },
});

const NO_AFFINITY = ["node(s) didn't match PersistentVolume's node affinity"];
const NO_VOLUME = ["node(s) didn't find available persistent volumes to bind"];
const NO_SPACE = ["node(s) did not have enough free storage"];

test.each<[string, Partial<Claim>, string | undefined]>([
  ["a bound claim", {}, undefined],
  [
    "a claim whose volume is lost",
    { phase: "Lost" },
    'persistentvolumeclaim "data" bound to non-existent persistentvolume "pv-data"',
  ],
  ["a claim that is being deleted", { deleted: true }, 'persistentvolumeclaim "data" is being deleted'],
  [
    "an unbound claim that does not wait",
    { ...UNBOUND, storageClassName: "now" },
    "pod has unbound immediate PersistentVolumeClaims",
  ],
  [
    "an unbound claim without a class",
    { ...UNBOUND, storageClassName: "" },
    "pod has unbound immediate PersistentVolumeClaims",
  ],
  [
    "a claim that names its volume and is not bound to it yet",
    { bound: false },
    "pod has unbound immediate PersistentVolumeClaims",
  ],
  ["an unbound claim that waits for its first pod", UNBOUND, undefined],
])("schedulingOf() judges %s before any node", (_, data, text) => {
  expect(scheduling(with_(data)).refusal).toEqual(text && { id: "pvc", text, resolvable: false });
});

test("schedulingOf() wants the volume of a bound claim reachable", () => {
  const reachable = { volumes: named(volume("data", { nodeAffinity: inZone("x") })) };
  expect(said(with_({}, reachable))).toEqual([[], NO_AFFINITY]);
  expect(said(with_({}, reachable, 33))[1]).toEqual(NO_AFFINITY);
  expect(said(with_({}, reachable, 32))[1]).toEqual(["node(s) had volume node affinity conflict"]);
});

test("schedulingOf() looks at a migrated disk's own affinity only where its plugin has given way", () => {
  const migrated = {
    plugin: "kubernetes.io/gce-pd",
    csi: { driver: CSI, handle: "h" },
    nodeAffinity: inZone("y", "topology.gke.io/zone"),
  };
  const disk = volume("data", { csi: undefined, nodeAffinity: inZone("x"), migrated });
  const csiNodes = new Map([["a", { limits: new Map(), migrated: new Set(["kubernetes.io/gce-pd"]) }]]);
  expect(said(with_({}, { volumes: named(disk) }))).toEqual([[], NO_AFFINITY]);
  expect(said(with_({}, { volumes: named(disk), csiNodes }))).toEqual([NO_AFFINITY, NO_AFFINITY]);
});

const pool = (...volumes: Volume[]): Partial<Storage> => ({
  volumes: named(...volumes),
  classes: named(storageClass("standard", { provisioner: "kubernetes.io/no-provisioner" })),
});
const local = (extra: Partial<Volume> = {}): Volume =>
  volume("local", { ...FREE, nodeAffinity: inZone("x"), ...extra });

test("schedulingOf() finds a volume for a claim that waits where one is reachable", () => {
  expect(said(with_(UNBOUND, pool(local())))).toEqual([[], NO_VOLUME]);
  expect(said(with_(UNBOUND, pool()))).toEqual([NO_VOLUME, NO_VOLUME]);
});

const small = parseQuantity("1Gi");
test.each<[string, Partial<Volume>, Partial<Claim>]>([
  ["smaller than the claim", { capacity: small }, {}],
  ["of another class", { storageClassName: "fast" }, {}],
  ["of another mode", { volumeMode: "Block" }, {}],
  ["without an access mode of the claim", { accessModes: ["ReadOnlyMany"] }, {}],
  ["of other attributes", { attributesClass: "gold" }, {}],
  ["that is being deleted", { deleted: true }, {}],
  ["that is not available", { phase: "Released" }, {}],
  ["of another claim", { claimRef: { namespace: "shop", name: "logs", uid: "" } }, {}],
  ["of another claim by that name", { claimRef: { namespace: "shop", name: "data", uid: "gone" } }, {}],
  [
    "that the claim does not select",
    { labels: { tier: "b" } },
    { selector: [{ key: "tier", operator: "In", values: ["a"] }] },
  ],
])("schedulingOf() does not bind a volume %s", (_, extra, data) => {
  expect(said(with_({ ...UNBOUND, ...data }, pool(local(extra))))[0]).toEqual(NO_VOLUME);
});

test("schedulingOf() binds a volume that is meant for the claim, and no other", () => {
  const meant = local({
    phase: "Pending",
    accessModes: [],
    claimRef: { namespace: "shop", name: "data", uid: "" },
  });
  const other = volume("other", FREE);
  expect(said(with_(UNBOUND, pool(meant)))).toEqual([[], NO_VOLUME]);
  expect(said(with_(UNBOUND, pool(meant, other)))).toEqual([[], NO_VOLUME]);
});

test("schedulingOf() gives each claim of a pod a volume of its own, the smallest that fits", () => {
  const twice = (size: string): Given => ({
    ...with_(UNBOUND, {
      ...pool(local(), volume("local-2", { ...FREE, capacity: parseQuantity("20Gi") })),
      claims: named(claim("data", UNBOUND), claim("logs", { ...UNBOUND, size: parseQuantity(size) })),
    }),
    volumes: [withClaim("logs"), withClaim("data")],
  });
  expect(said(twice("20Gi"))).toEqual([[], NO_VOLUME]);
  expect(said(twice("30Gi"))[0]).toEqual(NO_VOLUME);
});

const made = (extra: Parameters<typeof storageClass>[1], more: Partial<Storage> = {}) =>
  said(with_(UNBOUND, { volumes: new Map(), classes: named(storageClass("standard", extra)), ...more }));

test("schedulingOf() lets a volume be made where its class allows it", () => {
  const topology = [[{ key: "zone", operator: "In", values: ["y"] }]];
  expect(made({})).toEqual([[], []]);
  expect(made({ allowedTopologies: topology })).toEqual([NO_VOLUME, []]);
  expect(made({ allowedTopologies: [[]] })).toEqual([NO_VOLUME, NO_VOLUME]);
  expect(made({ provisioner: "kubernetes.io/no-provisioner" })).toEqual([NO_VOLUME, NO_VOLUME]);
});

test("schedulingOf() wants space for a volume to be made where the driver tracks it", () => {
  const space = (size: string, tracksCapacity = true) =>
    made(
      {},
      {
        drivers: new Map([[CSI, { tracksCapacity, attaches: true }]]),
        capacities: [
          {
            storageClassName: "standard",
            nodeTopology: [{ key: "zone", operator: "In", values: ["x"] }],
            most: parseQuantity(size),
          },
          { storageClassName: "other", nodeTopology: [], most: parseQuantity("1Ti") },
          { storageClassName: "standard", nodeTopology: undefined, most: parseQuantity("1Ti") },
          { storageClassName: "standard", nodeTopology: [], most: undefined },
        ],
      },
    );
  expect(space("10Gi")).toEqual([[], NO_SPACE]);
  expect(space("9Gi")).toEqual([NO_SPACE, NO_SPACE]);
  expect(space("9Gi", false)).toEqual([[], []]);
});

test("schedulingOf() refuses no node for capacities that could not be read", () => {
  const drivers = new Map([[CSI, { tracksCapacity: true, attaches: true }]]);
  expect(made({}, { drivers, capacities: undefined })).toEqual([[], []]);
  expect(made({}, { drivers, capacities: [] })).toEqual([NO_SPACE, NO_SPACE]);
});

test("schedulingOf() lets the smallest claim choose first, whatever is then left to be made", () => {
  const nodeTopology = [{ key: "zone", operator: "In", values: ["x", "y"] }];
  const of = (names: readonly string[], most: string) =>
    said({
      ...with_(UNBOUND, {
        claims: named(claim("data", UNBOUND), claim("logs", { ...UNBOUND, size: parseQuantity("20Gi") })),
        volumes: named(volume("local", { ...FREE, capacity: parseQuantity("20Gi") })),
        drivers: new Map([[CSI, { tracksCapacity: true, attaches: true }]]),
        capacities: [{ storageClassName: "standard", nodeTopology, most: parseQuantity(most) }],
      }),
      volumes: names.map(withClaim),
    })[0];
  expect([of(["data", "logs"], "10Gi"), of(["logs", "data"], "10Gi")]).toEqual([NO_SPACE, NO_SPACE]);
  expect(of(["logs", "data"], "20Gi")).toEqual([]);
});

test("schedulingOf() lets a volume be made only on the node that was selected for it", () => {
  expect(said(with_({ ...UNBOUND, selectedNode: "b" }, { volumes: named(local()) }))).toEqual([
    NO_VOLUME,
    [],
  ]);
});

test("schedulingOf() gives every reason that a node has", () => {
  const given = with_(
    {},
    {
      claims: named(claim("data"), claim("logs", UNBOUND)),
      ...pool(volume("data", { nodeAffinity: inZone("x") })),
    },
  );
  expect(said({ ...given, volumes: [withClaim("data"), withClaim("logs")] })).toEqual([
    NO_VOLUME,
    [...NO_AFFINITY, ...NO_VOLUME],
  ]);
});

const ephemeral = (extra: Partial<ClaimSpec>, defaultClass = false): PodVolume => ({
  kind: "ephemeral",
  claim: claimSpec("tmp", extra),
  defaultClass,
});

test("schedulingOf() judges the claim that a generic ephemeral volume will have", () => {
  const classes = named(
    storageClass("standard", { allowedTopologies: [[{ key: "zone", operator: "In", values: ["x"] }]] }),
    storageClass("old", { defaultSince: 1 as never }),
    storageClass("new", {
      defaultSince: 2 as never,
      allowedTopologies: [[{ key: "zone", operator: "In", values: ["y"] }]],
    }),
  );
  const of = (volume: PodVolume) => said({ volumes: [volume], nodes, storage: { classes } });
  expect(of(ephemeral({}))).toEqual([[], NO_VOLUME]);
  expect(of(ephemeral({ storageClassName: "old" }))).toEqual([[], []]);
  expect(of(ephemeral({ storageClassName: "" }, true))).toEqual([NO_VOLUME, []]);
});
