import { expect, it } from 'vitest'
import { refuseDuringMove } from './layout.ts'

it('refuses to scale or deploy a process while modules move', () => {
  expect(() => refuseDuringMove({ modules: ['orders'], toProcess: 'sales' }, 'shop')).toThrow(
    /^Cannot deploy or scale "shop" during the move of orders to "sales"\. .* when it has stopped, run ".* resume" or ".* rollback" first$/,
  )
  expect(() => refuseDuringMove(undefined, 'shop')).not.toThrow()
})
