import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RolloutCache } from "../../../src/adapters/kubernetes/cache.ts";
import { instant } from "../../../src/core/model/instant.ts";
import type { WorkloadRef } from "../../../src/core/model/workload.ts";

const REF: WorkloadRef = { kind: "Deployment", namespace: "shop", name: "web" };

const owned = (uid: string) => [{ uid, controller: true }];
const deployment = (uid = "d", name = "web") => ({
  kind: "Deployment",
  metadata: { name, namespace: "shop", uid },
  spec: {},
});
const replicaSet = (uid: string, owner = "d") => ({
  kind: "ReplicaSet",
  metadata: { name: `web-${uid}`, uid, ownerReferences: owned(owner) },
});
const pod = (uid: string, owner: string) => ({
  kind: "Pod",
  metadata: { name: `web-${uid}`, uid, ownerReferences: owned(owner) },
  spec: { containers: [] },
});
const event = (uid: string, subject: string, name = `web-${subject}`) => ({
  kind: "Event",
  metadata: { uid },
  involvedObject: { kind: "Pod", name, uid: subject },
});

const see = (cache: RolloutCache) => {
  const seen = cache.observation(instant(1), instant(1), []);
  return {
    workload: seen.workload?.uid,
    replicaSets: seen.replicaSets.map(({ uid }) => uid),
    pods: seen.pods.map(({ uid }) => uid),
    events: seen.events.map(({ uid }) => uid),
  };
};

describe("RolloutCache", () => {
  const objects = [
    deployment(),
    deployment("other", "web-admin"),
    replicaSet("a"),
    replicaSet("b", "other"),
    pod("p2", "a"),
    pod("p1", "a"),
    pod("p3", "b"),
    event("e1", "p1"),
    event("e2", "p3"),
    event("e3", "p1", "somebody-else"),
    { kind: "Secret", metadata: { name: "web", uid: "s" } },
  ];

  test("shows what belongs to the workload, the same in whatever order it comes", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(objects, { minLength: objects.length }), (shuffled) => {
        const cache = new RolloutCache(REF, "d");
        for (const object of shuffled) cache.apply("ADDED", object);
        expect(see(cache)).toEqual({ workload: "d", replicaSets: ["a"], pods: ["p1", "p2"], events: ["e1"] });
      }),
    );
  });

  test("forgets what was deleted, and what a new list lacks", () => {
    const cache = new RolloutCache(REF, "d");
    for (const object of objects) cache.apply("ADDED", object);
    cache.apply("DELETED", pod("p2", "a"));
    expect(see(cache).pods).toEqual(["p1"]);
    cache.replace("Pod", [pod("p9", "a")]);
    expect(see(cache).pods).toEqual(["p9"]);
    cache.replace("Deployment", []);
    expect(see(cache).workload).toBeUndefined();
  });

  test("keeps events of pods that are gone, as long as the API does", () => {
    const cache = new RolloutCache(REF, "d");
    for (const object of objects) cache.apply("ADDED", object);
    see(cache);
    cache.apply("DELETED", pod("p1", "a"));
    expect(see(cache).events).toEqual(["e1"]);
    cache.apply("DELETED", event("e1", "p1"));
    expect(see(cache).events).toEqual([]);
  });

  test("shows a workload that was created anew, and nothing of it as the old one's", () => {
    const cache = new RolloutCache(REF, "d");
    for (const object of objects) cache.apply("ADDED", object);
    cache.apply("ADDED", deployment("d2"));
    cache.apply("ADDED", replicaSet("z", "d2"));
    expect(see(cache)).toMatchObject({ workload: "d2", replicaSets: ["a"] });
  });

  test("takes the first workload of that name where no uid is given", () => {
    const cache = new RolloutCache(REF, undefined);
    for (const object of objects) cache.apply("ADDED", object);
    expect(see(cache)).toMatchObject({ workload: "d", pods: ["p1", "p2"] });
  });
});
