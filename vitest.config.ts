import { defineConfig } from "vitest/config";

/** `unit` needs nothing but Node; `cluster` starts a real control plane and drives `dist/index.js`. */
export default defineConfig({
  test: {
    // Most end-to-end tests wait more than they work: more at a time than there are cores to spare.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "unit",
          // A shared machine may be busy; nothing here waits.
          testTimeout: 60_000,
          include: [
            "test/{core,adapters,scripts}/**/*.test.ts",
            "test/*.test.ts",
            "test/conformance/replay.test.ts",
          ],
        },
      },
      {
        test: {
          name: "cluster",
          include: [
            "test/{cluster,e2e,faults,google}/**/*.test.ts",
            "test/conformance/{fresh,scheduler/filters}.test.ts",
          ],
          globalSetup: "test/cluster/global-setup.ts",
          // Machines are shared and noisy; whoever needs a second try is listed as such.
          retry: 1,
          testTimeout: 180_000,
          hookTimeout: 900_000,
          expect: { poll: { timeout: 30_000 } },
        },
      },
    ],
  },
});
