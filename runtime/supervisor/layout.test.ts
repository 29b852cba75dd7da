import { expect, it } from 'vitest'
import { loadContracts } from '../process/modules.ts'
import { readTopology } from '../topology/read.ts'
import { refuseAmidMove } from './layout.ts'

it('a process is neither scaled nor deployed while modules move', async () => {
  const topology = readTopology('hybrid', { known: await loadContracts(), environment: {}, starting: 'all' })
  expect(() => refuseAmidMove({ topology, modules: ['orders'], toProcess: 'sales' }, 'shop')).toThrow(
    'Cannot replace or multiply "shop" while orders move to "sales"',
  )
  expect(() => refuseAmidMove(undefined, 'shop')).not.toThrow()
})
