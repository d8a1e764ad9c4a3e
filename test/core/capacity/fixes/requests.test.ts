import { describe, expect, test } from "vitest";
import { checkCapacity } from "../../../../src/core/capacity/check.ts";
import type { Snapshot } from "../../../../src/core/capacity/verdict.ts";
import { instant } from "../../../../src/core/model/instant.ts";
import {
  FRESH,
  NOW,
  node,
  OLD,
  olds,
  placed,
  podSpec,
  quantities,
  replicaSet,
  rolling,
  scenario,
  waitingPod,
} from "../builders.ts";
import { claim, named, storage, storageClass, UNBOUND, withClaim } from "../volumes.ts";

/** One old pod of 500m on a node of one CPU, which a new one of 600m does not fit beside. */
function fixes(snapshot: Partial<Snapshot> = {}, overhead: Readonly<Record<string, string>> = {}) {
  return checkCapacity(
    ...scenario({
      replicas: 1,
      strategy: rolling(1, 0),
      nodes: [node("n", { cpu: "1" })],
      pods: olds("n", 1, { cpu: "500m" }),
      pod: podSpec({ cpu: "600m" }, { overhead: quantities(overhead) }),
      snapshot,
    }),
  ).fixes.map(({ kind, value }) => `${kind} ${value}`);
}

describe("checkCapacity() offers a smaller request", () => {
  test("where that alone would do", () => {
    expect(fixes()).toContain("request 500m");
  });

  test("and none below what LimitRanges allow", () => {
    expect(fixes({ leastRequests: new Map([["cpu", 500]]) })).toContain("request 500m");
    expect(fixes({ leastRequests: new Map([["cpu", 501]]) }).join()).not.toContain("request");
  });

  test("and none that what its class costs would use up", () => {
    expect(fixes({}, { cpu: "499m" })).toContain("request 500m");
    expect(fixes({}, { cpu: "500m" }).join()).not.toContain("request");
  });

  test("and none where the new template has pods already, which another one would not have", () => {
    const given = (fresh: number) =>
      checkCapacity(
        ...scenario({
          replicas: 2,
          strategy: rolling(1, 0),
          nodes: [node("n", { cpu: "1500m" })],
          pods: [
            ...olds("n", 2 - fresh, { cpu: "500m" }),
            ...Array.from({ length: fresh }, () => placed("n", { cpu: "600m" }, { ownerUid: FRESH })),
          ],
          pod: podSpec({ cpu: "600m" }),
          replicaSets: [replicaSet(OLD, 2 - fresh), ...(fresh > 0 ? [replicaSet(FRESH, fresh)] : [])],
        }),
      ).fixes.map(({ kind }) => kind);
    expect(given(0)).toContain("request");
    expect(given(1)).not.toContain("request");
    expect(given(1)).toContain("nodes");
  });

  test("and none that old pods without a node may take the room from", () => {
    const leaving = placed("n", { cpu: "1" }, { deletedAt: instant(NOW + 60_000) });
    const old = podSpec({ cpu: "1" });
    const { verdict, fixes } = checkCapacity(
      ...scenario({
        replicas: 2,
        strategy: rolling(1, 0),
        nodes: [node("n", { cpu: "1" }), node("m", { cpu: "1" })],
        pods: [...olds("m", 1, { cpu: "1" }), leaving],
        pod: podSpec({ cpu: "1" }),
        replicaSets: [{ ...replicaSet(OLD, 2), availableReplicas: 1 }],
        waiting: [waitingPod(OLD, old)],
      }),
    );
    expect(verdict).not.toBe("WILL_COMPLETE");
    expect(fixes.map(({ kind }) => kind)).not.toContain("request");
  });

  test("and nothing at all while a volume is still to be bound for several pods", () => {
    const pod = podSpec({ cpu: "600m" }, { volumes: [withClaim("data")] });
    const unbound = storage({
      claims: named(claim("data", UNBOUND)),
      classes: named(storageClass("standard")),
    });
    const given = (replicas: number) =>
      checkCapacity(
        ...scenario({
          replicas,
          strategy: rolling(1, 0),
          nodes: [node("n", { cpu: "1" })],
          pods: olds("n", 1, { cpu: "500m" }),
          pod,
          snapshot: { storage: unbound },
        }),
      ).fixes.map(({ kind }) => kind);
    expect(given(2)).toEqual([]);
  });
});
