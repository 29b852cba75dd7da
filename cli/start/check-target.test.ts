import { expect, it } from 'vitest'
import { checkTarget } from './check-target.ts'

const plan = { toProcess: 'cart', modules: ['payments'] }
const replicas = [{ pid: 7, plan: { index: 0, origin: 'http://127.0.0.1:4140' } }]

it('reports a target process that hangs, with the remedy', async () => {
  const silent = async () => {
    throw new Error('The operation was aborted due to timeout')
  }
  expect(await checkTarget(plan, replicas, silent)).toEqual([
    {
      what: '"cart.0" (pid 7) does not answer',
      remedy:
        'If it was stopped, "kill -CONT 7" resumes it. If it hangs, kill it with "kill -9 7": the shop restarts it',
    },
  ])
})

it('reports a target process whose artefact lacks the modules', async () => {
  const [problem] = await checkTarget(plan, replicas, async () => ({ artefact: ['cart'] }))
  expect(problem?.what).toBe('"cart.0" (pid 7) runs an artefact that was built without payments')
  expect(problem?.remedy).toContain('"pando deploy cart"')
})

it('accepts a process that runs from the source tree, or from an artefact with the modules', async () => {
  expect(await checkTarget(plan, replicas, async () => ({}))).toEqual([])
  expect(await checkTarget(plan, replicas, async () => ({ artefact: ['cart', 'payments'] }))).toEqual([])
})
