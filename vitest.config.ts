import { defineConfig } from 'vitest/config'

/** Tests that read real clocks or start processes: one file at a time, after all others, so that nothing of ours disturbs their times. */
const ALONE = ['test/end-to-end/**/*.test.ts', 'test/browser/**/*.test.ts', 'test/contract/**/*.test.ts', 'test/http/faults.test.ts']

/** Minutes of real time, for shapes that virtual time shows as well: by hand, `npm run test:long`. */
const LONG = ['test/long/**/*.test.ts']

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...ALONE, ...LONG],
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: ALONE,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'long',
          include: LONG,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['src/{core,load,dify,measure,judge,scenario}/**/*.ts'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: { lines: 90 },
    },
  },
})
