import { expect, it } from 'vitest'
import { checkTarget } from './check-target.ts'

const plan = { toProcess: 'cart', modules: ['payments'] }
const replicas = [{ pid: 7, plan: { index: 0, origin: 'http://127.0.0.1:4140' } }]

it('says that a process that modules go to hangs, and how to go on', async () => {
  const silent = async () => {
    throw new Error('The operation was aborted due to timeout')
  }
  expect(await checkTarget(plan, replicas, silent)).toEqual([
    {
      what: '"cart.0" (pid 7) does not answer',
      remedy: 'Let it go on, with "kill -CONT 7" if it was stopped, or replace it: "pando deploy cart"',
    },
  ])
})

it('says that a process runs an artefact that lacks what it is to get', async () => {
  const [problem] = await checkTarget(plan, replicas, async () => ({ artefact: ['cart'] }))
  expect(problem?.what).toBe('"cart.0" (pid 7) runs an artefact that was built without payments')
  expect(problem?.remedy).toContain('"pando deploy cart"')
})

it('finds nothing in the way of a process of a checkout, or of an artefact that has the modules', async () => {
  expect(await checkTarget(plan, replicas, async () => ({}))).toEqual([])
  expect(await checkTarget(plan, replicas, async () => ({ artefact: ['cart', 'payments'] }))).toEqual([])
})
