import { expect, test } from "vitest";
import { runConformance } from "../conformance/run.ts";

test("runConformance() refuses features that no scenario has, instead of looking for one for ever", async () => {
  const options = { scenarios: 1, seed: 1, minors: [36], batch: 1, out: () => {} } as const;
  await expect(runConformance({ ...options, features: ["quotas"] })).rejects.toThrow(
    "no scenario has any of: quotas",
  );
});
