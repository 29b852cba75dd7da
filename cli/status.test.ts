import { expect, it } from 'vitest'
import { formatStatus } from './status.ts'

const NOW = Date.parse('2030-01-01T12:00:00Z')

it('shows every process with its own status, and processes that do not answer as silent', () => {
  const replica = { process: 'payments', state: 'ready', restarts: 0, modules: ['payments'] }
  const said = {
    process: 'payments',
    replica: 0,
    pid: 41,
    version: '0.1.0',
    startedAt: '2030-01-01T08:40:00Z',
    modules: { payments: { contract: '1.2.0' } },
    requests: { total: 1204, failed: 3, running: 2 },
    memory: 142_600_000,
    placement: 3,
    ready: true,
  }
  const text = formatStatus(
    {
      topology: 'hybrid',
      replicas: [
        { ...replica, replica: 0, pid: 41, origin: 'http://127.0.0.1:4110', said },
        { ...replica, replica: 1, pid: 42, origin: 'http://127.0.0.1:4111', said: { ...said, ready: false } },
        { ...replica, replica: 2, pid: 43, origin: 'http://127.0.0.1:4112', said: null },
        { ...replica, replica: 3, pid: null, origin: 'http://127.0.0.1:4113', said: null, state: 'waiting' },
      ],
    },
    NOW,
  )
  expect(`${text}\n`).toBe(`topology: hybrid

process     state      pid  restarts  version      uptime  requests  failed  running  memory  modules
payments.0  ready       41         0  0.1.0    3 h 20 min      1204       3        2  143 MB  payments 1.2.0
payments.1  not ready   42         0  0.1.0    3 h 20 min      1204       3        2  143 MB  payments 1.2.0
payments.2  silent      43         0  -                 -         -       -        -       -  payments
payments.3  waiting      -         0  -                 -         -       -        -       -  payments
`)
})

it('shows each outbox with waiting or parked events once for all replicas', () => {
  const said = {
    process: 'shop',
    replica: 0,
    pid: 41,
    version: '0.1.0',
    startedAt: '2030-01-01T08:40:00Z',
    modules: {},
    requests: { total: 0, failed: 0, running: 0 },
    placement: 3,
    outboxes: [
      { module: 'orders', waiting: 12, parked: 2, oldest: { position: 7, ms: 85_000 } },
      { module: 'payments', waiting: 0, parked: 0 },
      { module: 'catalog', waiting: 10_001, parked: 0, oldest: { position: 1, ms: 1000 } },
    ],
    ready: true,
  }
  const replica = { process: 'shop', state: 'ready', restarts: 0, modules: [], pid: 41, origin: null, said }
  const text = formatStatus(
    { topology: 'hybrid', replicas: [0, 1].map((nth) => ({ ...replica, replica: nth })) },
    NOW,
  )
  expect(
    text
      .split('\n')
      .slice(-3)
      .map((line) => line.split(/ {2,}/).map((part) => part.trim())),
  ).toEqual([
    ['events of', 'waiting', 'oldest', 'parked'],
    ['orders', '12', '1 min', '2'],
    ['catalog', 'more than 10,000', '1 s', '0'],
  ])
})
