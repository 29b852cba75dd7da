import { expect, it } from 'vitest'
import { loadContracts } from '#runtime/process/modules.ts'
import { readTopology } from '#runtime/topology/read.ts'
import { openShop } from '#tests/support/shop.ts'
import { singleProcessOperations } from './single-process-operations.ts'

it('a shop of one process refuses to scale and to deploy, and says what to do instead', async () => {
  const { processes } = readTopology('monolith', { known: await loadContracts(), environment: {} })
  const { shop } = await openShop({ modules: ['inventory'] })
  const { deploy, checkDeployable, scale } = singleProcessOperations(processes[0]!, 'monolith', shop)
  await expect(checkDeployable()).rejects.toThrow('Cannot deploy a shop that is one process')
  await expect(scale()).rejects.toThrow('Cannot scale a shop that is one process: split modules off first')
  await expect(deploy()).rejects.toThrow(/stop it and start it again.*"replicas: 2"/)
})
