import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/core/diagnosis/finding.ts";
import { parseInputs } from "../../../src/core/inputs.ts";
import { metaOf, type RunEnd } from "../../../src/core/recording/meta.ts";

const { inputs } = parseInputs(
  new Map([
    ["workload", "web"],
    ["image", "a/b:1"],
    ["timeout", "90s"],
    ["stable-for", "0s"],
  ]),
);

const finding = (more: Partial<Finding>) =>
  ({ reason: "ImageNotFound", container: "web", log: undefined, ...more }) as Finding;

const metaFor = (outcome: Partial<RunEnd["outcome"]>, known = {}) =>
  metaOf(20.2, known, {
    facts: { before: undefined, plan: undefined, changed: undefined, autoscaled: true },
    outcome: { result: "succeeded", reason: "", causes: [], ...outcome },
    inputs: { ...inputs, logLines: 0 },
  });

describe("metaOf()", () => {
  it("keeps the inputs that decided, and lets a replay run a little longer than the run", () => {
    expect(metaFor({}, { server: "v1.36.3" })).toMatchObject({
      duration: 26,
      server: "v1.36.3",
      autoscaled: true,
      inputs: { timeout: 90, "stable-for": 0, "readiness-patience": "auto", "log-lines": 0 },
    });
  });

  it.each<[Partial<RunEnd["outcome"]>, object]>([
    [{ result: "succeeded" }, { result: "succeeded", reason: [""], container: null }],
    [
      { result: "rolled-back", causes: [finding({})] },
      { result: "failed", reason: ["ImageNotFound"], container: "web" },
    ],
    [
      { result: "superseded", reason: "ImageNotFound", causes: [finding({ container: undefined })] },
      { result: "failed", reason: ["ImageNotFound"], container: null },
    ],
    [
      { result: "superseded", reason: "WorkloadPaused" },
      { result: "superseded", reason: ["WorkloadPaused"] },
    ],
    [
      { result: "rolled-back", causes: [finding({ reason: "VerifyCommandFailed" })] },
      { result: "succeeded" },
    ],
    [
      { result: "cancelled", reason: "Cancelled" },
      { result: "pending", reason: [""] },
    ],
    [
      { result: "refused", reason: "InsufficientResources" },
      { result: "pending", reason: [""] },
    ],
  ])("expects of %j what the watch decided", (outcome, expected) => {
    expect(metaFor(outcome).expect).toMatchObject(expected);
  });

  it("expects the verdict before the rollback, and no more once recording stopped", () => {
    expect(metaFor({}, { rollback: 7.3 }).expect?.at_most).toBe(13);
    expect(metaFor({}, { stopped: 7.3 }).duration).toBe(7.3);
  });

  it("says of a run that had nothing to change that it only watched", () => {
    const plan = { changes: false } as RunEnd["facts"]["plan"];
    const facts = { before: undefined, plan, changed: undefined, autoscaled: false };
    const outcome = { result: "unchanged", reason: "", causes: [] } as const;
    const meta = metaOf(3, {}, { facts, outcome, inputs: { ...inputs, logLines: 0 } });
    expect(meta).toMatchObject({ unchanged: true, expect: { result: "succeeded" } });
    expect(metaFor({}).unchanged).toBeUndefined();
  });

  it("keeps of a log only that it told of another processor", () => {
    const log = {
      pod: "web-1",
      container: "web",
      previous: true,
      lines: ["secret", "exec format error"],
      note: undefined,
    };
    const causes = [finding({ reason: "ExecFormatError", log })];
    expect(metaFor({ result: "failed", causes }).logs).toEqual({ "web-1/web/previous": "exec format error" });
    expect(
      metaFor({ result: "failed", causes: [finding({ reason: "ContainerCrashed", log })] }).logs,
    ).toBeUndefined();
  });
});
