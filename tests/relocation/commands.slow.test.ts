import { afterAll, beforeAll, expect, it } from 'vitest'
import { holdBefore, type MovingShop, startMovingShop } from './moving-shop.ts'

let shop: MovingShop
beforeAll(async () => {
  shop = await startMovingShop()
}, 120_000)
afterAll(() => shop.close())

const COMMANDS = [
  ['audit'],
  ['events', 'list', '--json'],
  ['staff', 'list', '--json'],
  ['rules', 'show', '--json'],
]

it('commands work while a move is stopped, before and after its seal, with a running shop and a stopped one', async () => {
  for (const step of ['fence', 'switch', 'release'] as const) {
    const held = await holdBefore(
      step,
      ['split', 'payments', '--process', `payments-${step}`],
      shop.environment,
    )
    await expectAll(`held before ${step}`)
    await shop.shop.stop()
    held.kill()
    await expectAll(`stopped before ${step}`)
    const doctor = await shop.pando('doctor', '--json')
    expect(doctor.output).toContain('not checked, because the database is not running')
    await shop.restart()
    await expectAll(`started before ${step}`)
    expect((await shop.relocate('migration', 'rollback')).status?.state, step).toBe('rolled back')
    await expectAll(`rolled back from ${step}`)
  }
}, 300_000)

async function expectAll(when: string): Promise<void> {
  for (const command of COMMANDS) {
    const { code, output } = await shop.pando(...command)
    expect(`${code} ${output}`, `${command.join(' ')} ${when}`).toMatch(/^0 /)
  }
}
