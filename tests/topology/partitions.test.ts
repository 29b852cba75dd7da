import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { planWorkflows } from '#cli/workflows.ts'
import type { ModuleDefinition } from '#runtime/module/define.ts'
import type { AnyWorkflow } from '#runtime/module/workflow.ts'
import { loadContracts, loadModules } from '#runtime/process/modules.ts'
import { parseTopology } from '#runtime/topology/check.ts'
import { readTopology } from '#runtime/topology/read.ts'
import { originsOf, publicProcess, TOPOLOGIES_DIRECTORY, type Topology } from '#runtime/topology/topology.ts'

let modules: ModuleDefinition[]
let known: { name: string; pages: boolean }[]
beforeAll(async () => {
  modules = await loadModules()
  known = await loadContracts()
})

const read = (name: string) => readTopology(name, { known, environment: {} })
const planOf = (name: string, topology: Topology) =>
  planWorkflows(modules, topology).find((plan) => plan.workflow === name)!

describe('the included topologies', () => {
  it.each(readdirSync(TOPOLOGIES_DIRECTORY).map((file) => basename(file, '.yaml')))('%s is valid', (name) => {
    const topology = read(name)
    expect(topology.name).toBe(name)
    expect(publicProcess(topology)?.port).toBe(4000)
  })

  it('have as many processes as their names say', () => {
    expect(read('monolith').processes).toHaveLength(1)
    expect(read('hybrid').processes).toHaveLength(2)
    expect(read('microservices').processes).toHaveLength(known.length)
  })

  it('leave enough ports for ten replicas of each process', () => {
    const processes = read('microservices').processes.map((process) => ({ ...process, replicas: 10 }))
    const origins = processes.flatMap(originsOf)
    expect(new Set(origins).size).toBe(origins.length)
  })

  it.each([
    ['monolith', { work: 2, journal: 0 }, ['transaction 5', 'outside 1', 'transaction 4']],
    ['hybrid', { work: 4, journal: 3 }, ['transaction 4', 'call 1', 'outside 1', 'call 1', 'transaction 3']],
    [
      'microservices',
      { work: 9, journal: 5 },
      [
        'call 1',
        'call 1',
        'call 1',
        'transaction 1',
        'call 1',
        'outside 1',
        'call 1',
        'call 1',
        'transaction 1',
        'call 1',
      ],
    ],
  ])('%s divides the checkout into the intended segments', (name, commits, segments) => {
    const plan = planOf('placeOrder', read(name))
    expect(plan.commits).toEqual(commits)
    expect(plan.segments.map(({ kind, steps }) => `${kind} ${steps.length}`)).toEqual(segments)
  })
})

it('processes that share a database do not share a transaction', () => {
  const names = known.map((module) => module.name).filter((name) => name !== 'payments')
  const topology = parse({
    shop: { modules: names },
    payments: { modules: ['payments'], port: 4110, database: { name: 'pando' } },
  })
  // As many as in the topology `hybrid`, where payments have a database of their own
  expect(planOf('placeOrder', topology).segments).toHaveLength(5)
})

it('any distribution of the modules is valid, and its segments contain the steps in order', () => {
  const { length } = known
  fc.assert(
    fc.property(fc.array(fc.nat(length - 1), { minLength: length, maxLength: length }), (numbers) => {
      const processes: Record<string, { modules: string[]; port: number }> = {}
      for (const [index, { name }] of known.entries()) {
        const number = numbers[index]!
        processes[`p${number}`] ??= { modules: [], port: 5000 + 10 * number }
        processes[`p${number}`]!.modules.push(name)
      }
      const topology = parse(processes)
      for (const [index, { name }] of known.entries()) {
        expect(topology.processOf(name).name).toBe(`p${numbers[index]}`)
      }
      for (const { contract, workflows } of modules) {
        for (const workflow of workflows as unknown as AnyWorkflow[]) {
          const { segments } = planOf(workflow.name, topology)
          expect(segments.flatMap(({ steps }) => steps.map((step) => step.operation))).toEqual(
            workflow.steps.map((step) => `${step.module}.${step.method}`),
          )
          const home = topology.processOf(contract.name)
          for (const { kind, process, steps } of segments) {
            const owners = steps.map((step) => topology.processOf(step.operation.split('.')[0]!).name)
            expect(new Set(owners)).toEqual(new Set([process]))
            if (kind === 'transaction') expect(process).toBe(home.name)
            else expect(steps).toHaveLength(1)
          }
        }
      }
    }),
  )
})

function parse(processes: object): Topology {
  const file = { name: 'any', source: 'any.yaml' }
  return parseTopology(JSON.stringify({ processes }), file, { known, environment: {} })
}
