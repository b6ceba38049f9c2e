import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["**/*.test.ts", "**/*.test.tsx"],
    exclude: ["**/node_modules/**", "web/dist/**"],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    globalSetup: ["e2e/_shared-folder.ts"],
    passWithNoTests: false,
  },
});
