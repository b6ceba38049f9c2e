import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["**/*.test.ts", "**/*.test.tsx"],
    exclude: ["**/node_modules/**", "web/dist/**"],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // Without this vitest leaves one core to itself, which on two cores is half of them.
    maxWorkers: "100%",
    globalSetup: ["e2e/_shared-folder.ts"],
    passWithNoTests: false,
  },
});
