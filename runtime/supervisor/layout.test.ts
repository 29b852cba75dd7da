import { expect, it } from 'vitest'
import { refuseAmidMove } from './layout.ts'

it('a process is neither scaled nor deployed while modules move', () => {
  expect(() => refuseAmidMove({ modules: ['orders'], toProcess: 'sales' }, 'shop')).toThrow(
    /^Cannot replace or multiply "shop" while orders move to "sales"\. .* when it has stopped, run ".* resume" or ".* rollback" first$/,
  )
  expect(() => refuseAmidMove(undefined, 'shop')).not.toThrow()
})
