import { expect, test } from "vitest";
import type { Labels } from "../../../../src/core/model/labels.ts";
import { big, claim, named, said, scheduling, volume, withClaim } from "../volumes.ts";

const ZONE = "topology.kubernetes.io/zone";
const BETA_ZONE = "failure-domain.beta.kubernetes.io/zone";
const REGION = "topology.kubernetes.io/region";
const OTHER = ["node(s) had no available volume zone"];

const judged = (ofVolume: Labels, ofNode: Labels) =>
  said({
    volumes: [withClaim("data")],
    nodes: [big("a", { labels: ofNode })],
    storage: { claims: named(claim("data")), volumes: named(volume("data", { labels: ofVolume })) },
  })[0];

test.each<[string, Labels, Labels, readonly string[]]>([
  ["the same zone", { [ZONE]: "x" }, { [ZONE]: "x" }, []],
  ["another zone", { [ZONE]: "x" }, { [ZONE]: "y" }, OTHER],
  ["one of several zones", { [ZONE]: "x__y" }, { [ZONE]: "y" }, []],
  ["none of several zones", { [ZONE]: "x__y" }, { [ZONE]: "z" }, OTHER],
  ["a zone that cannot be read", { [ZONE]: "x__" }, { [ZONE]: "z" }, []],
  ["no place at all", { [ZONE]: "x" }, { rack: "1" }, []],
  ["a region only", { [ZONE]: "x" }, { [REGION]: "r" }, OTHER],
  ["the zone of an old label", { [BETA_ZONE]: "x" }, { [ZONE]: "x" }, []],
  ["another zone of an old label", { [BETA_ZONE]: "x" }, { [BETA_ZONE]: "y", [ZONE]: "x" }, OTHER],
  ["the old label of a new one", { [ZONE]: "x" }, { [BETA_ZONE]: "x" }, OTHER],
  ["the zone in another region", { [ZONE]: "x", [REGION]: "r" }, { [ZONE]: "x", [REGION]: "s" }, OTHER],
  ["a volume without labels", {}, { [ZONE]: "x" }, []],
])("schedulingOf() judges a node in %s", (_, ofVolume, ofNode, texts) => {
  expect(judged(ofVolume, ofNode)).toEqual(texts);
});

test("schedulingOf() refuses a pod whose volume does not exist, before any node", () => {
  const refusal = (name: string) =>
    scheduling({
      volumes: [withClaim("data")],
      nodes: [big("a")],
      storage: { claims: named(claim("data")), volumes: named(volume(name)) },
    }).refusal;
  expect(refusal("other")).toEqual({
    id: "pvc",
    text: 'persistentvolume "pv-data" not found',
    resolvable: false,
  });
  expect(refusal("data")).toBeUndefined();
});
