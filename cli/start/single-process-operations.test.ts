import { expect, it } from 'vitest'
import { loadContracts } from '#runtime/process/modules.ts'
import { readTopology } from '#runtime/topology/read.ts'
import { openShop } from '#tests/support/shop.ts'
import { singleProcessOperations } from './single-process-operations.ts'

it('a shop of one process refuses to deploy, and explains how to start a new version', async () => {
  const { processes } = readTopology('monolith', { known: await loadContracts(), environment: {} })
  const { shop } = await openShop({ modules: ['inventory'] })
  const { deploy, checkDeployable } = singleProcessOperations(processes[0]!, 'monolith', shop)
  await expect(checkDeployable()).rejects.toThrow('Cannot deploy a shop that is one process')
  await expect(deploy()).rejects.toThrow(/stop it and start it again.*"replicas: 2"/)
})
