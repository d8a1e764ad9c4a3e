import { defineConfig } from "vitest/config";

/** `unit` needs nothing but Node; `cluster` starts a real control plane and drives `dist/index.js`. */
export default defineConfig({
  test: {
    projects: [
      {
        test: { name: "unit", include: ["test/{core,adapters,scripts,docs}/**/*.test.ts", "test/*.test.ts"] },
      },
      {
        test: {
          name: "cluster",
          include: ["test/{cluster,e2e}/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 900_000,
        },
      },
    ],
  },
});
