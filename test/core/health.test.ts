import { expect, test } from "vitest";
import { healthOf, isMovable } from "../../src/core/health.ts";
import { aTarget, aWorkload } from "./workloads.ts";

test("healthOf() has nothing to say of a workload whose pods are all available", () => {
  expect(healthOf(aTarget(aWorkload(), 3))).toEqual({ wasAvailable: true, warning: undefined });
});

test("healthOf() warns of missing pods, and still has something to put back", () => {
  const target = aTarget(aWorkload({ status: { availableReplicas: 2 } }), 2);
  expect(healthOf(target)).toEqual({
    wasAvailable: true,
    warning:
      "deployment/web is not fully available before this change: 2 of 3 pods of its present template are available",
  });
});

test("healthOf() counts pods of the present template alone: older ones that still serve are no way back to it", () => {
  const health = healthOf(aTarget(aWorkload({ status: { availableReplicas: 3 } }), 0));
  expect(health.wasAvailable).toBe(false);
  expect(health.warning).toContain("nothing will be put back");
});

test("isMovable() is false for a digest, true for a tag", () => {
  expect(isMovable(`shop/web@sha256:${"0".repeat(64)}`)).toBe(false);
  expect(isMovable("shop/web:1")).toBe(true);
});
