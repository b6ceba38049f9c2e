import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    exclude: [...configDefaults.exclude, "web/dist/**"],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // Without this vitest leaves one core to itself, which on two cores is half of them.
    maxWorkers: "100%",
    passWithNoTests: false,
    projects: [
      // Starting a process for each file would be a sixth of the time; these files leave nothing in it that another one could meet.
      { extends: true, test: { name: "rooms", include: ["**/*.test.ts", "**/*.test.tsx"], exclude: [...configDefaults.exclude, "web/dist/**", "e2e/**"], isolate: false } },
      // What a story has started is stopped by hooks of the files that it shares with others, once for each process.
      { extends: true, test: { name: "stories", include: ["e2e/**/*.test.ts"], globalSetup: ["e2e/_shared-folder.ts"] } },
    ],
  },
});
