import { expect, test } from "vitest";
import { runConformance } from "./run.ts";

/** More, or others, in the environment: `CONFORMANCE_SCENARIOS=200 CONFORMANCE_SEED=7`. */
const scenarios = Number(process.env.CONFORMANCE_SCENARIOS ?? 80);
const seed = Number(process.env.CONFORMANCE_SEED ?? 1);

test(`the pre-check is right about ${scenarios} random rollouts from seed ${seed}`, {
  timeout: 1_800_000,
  retry: 0,
}, async () => {
  const { wrongVerdicts, skipped, lines } = await runConformance({
    scenarios,
    seed,
    minors: [34, 36],
    batch: 40,
    out: () => {},
  });
  expect({ wrongVerdicts, lines }).toMatchObject({ wrongVerdicts: 0 });
  expect(skipped).toBeLessThan(scenarios / 10);
});
