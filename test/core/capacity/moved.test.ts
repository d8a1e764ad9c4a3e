import { expect, test } from "vitest";
import { movedBetween } from "../../../src/core/capacity/moved.ts";
import type { ReplicaSet, Target } from "../../../src/core/model/workload.ts";
import { aTarget, aWorkload } from "../workloads.ts";

const whole = aTarget(aWorkload(), 3);
const [set] = whole.replicaSets as [ReplicaSet];
const withSets = (...replicaSets: readonly ReplicaSet[]): Target => ({ ...whole, replicaSets });
const emptySet: ReplicaSet = { ...set, uid: "rs-0", replicas: 0, statusReplicas: 0, availableReplicas: 0 };

test.each([
  ["nothing changed", whole],
  ["only its status was written", { ...whole, workload: { ...whole.workload, resourceVersion: "78" } }],
  ["a ReplicaSet without pods was cleaned up or made", withSets(set, emptySet)],
])("movedBetween() finds no change where %s", (_, after) => {
  expect(movedBetween(whole, after)).toBeUndefined();
  expect(movedBetween(after, whole)).toBeUndefined();
});

test.each<[string, Target, RegExp]>([
  ["another uid", { ...whole, workload: { ...whole.workload, uid: "u-2" } }, /was created anew$/],
  ["another generation", { ...whole, workload: { ...whole.workload, generation: 4 } }, /web was changed$/],
  ["a ReplicaSet of another size", withSets({ ...set, replicas: 4 }), /^ReplicaSets of/],
  ["a pod that is available no more", withSets({ ...set, availableReplicas: 2 }), /^ReplicaSets of/],
  ["a new ReplicaSet with pods", withSets(set, { ...emptySet, replicas: 1 }), /^ReplicaSets of/],
  ["no ReplicaSet any more", withSets(), /^ReplicaSets of/],
])("movedBetween() notices %s", (_, after, what) => {
  expect(movedBetween(whole, after)).toMatch(what);
});
