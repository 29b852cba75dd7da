import { defineConfig } from 'vitest/config'
import { ClosingLine } from './tests/support/closing-line.ts'
import { natsServer } from './tests/support/nats.ts'

const journeys = ['tests/journeys/**/*.test.ts', 'modules/*/journey.test.ts']
/** The tests of an example need it in `modules/`: scripts/test-with-module.ts runs them. */
const excluded = ['**/node_modules/**', '.pando/**', 'examples/**']
/** Tests that start a process for each module: one at a time, as more would starve a machine with two cores. */
const oneAtATime = { maxWorkers: 1, sequence: { groupOrder: 1 } }

/** A project that runs the journeys in another mode, which `env` selects. */
function journeysIn(name: string, include: string[], env: Record<string, string>) {
  return { extends: true as const, test: { name, include, env, ...oneAtATime } }
}

export default defineConfig({
  test: {
    exclude: excluded,
    globalSetup: ['tests/support/global-setup.ts'],
    reporters: ['default', new ClosingLine()],
    pool: 'forks',
    // One more than the cores of a small machine, as many tests wait for processes
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Show console output only of tests that fail
    silent: 'passed-only',
    // `npm test` runs the first two, `npm run test:all` all of them.
    projects: [
      {
        extends: true,
        test: {
          name: 'pando',
          include: ['**/*.test.ts'],
          exclude: [...excluded, 'tests/topology/**', '**/*.slow.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'services',
          include: ['tests/topology/**/*.test.ts'],
          exclude: [...excluded, '**/*.slow.test.ts'],
          ...oneAtATime,
        },
      },
      { extends: true, test: { name: 'slow', include: ['**/*.slow.test.ts'], ...oneAtATime } },
      journeysIn('loopback', journeys, { PANDO_TEST_MODE: 'loopback' }),
      journeysIn('hybrid', journeys, { PANDO_TEST_TOPOLOGY: 'hybrid' }),
      journeysIn('microservices', journeys, { PANDO_TEST_TOPOLOGY: 'microservices' }),
      ...(natsServer
        ? [
            journeysIn('microservices over NATS', ['tests/journeys/guest.test.ts'], {
              PANDO_TEST_TOPOLOGY: 'microservices',
              PANDO_TEST_BUS: 'nats',
            }),
          ]
        : []),
    ],
  },
})
