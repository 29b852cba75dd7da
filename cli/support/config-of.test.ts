import { expect, it } from 'vitest'
import type { Topology } from '#runtime/topology/topology.ts'
import { configOf } from './config-of.ts'

const topology = { processes: [{ port: undefined }, { port: 8080 }] } as unknown as Topology

it("the public port of the topology replaces PANDO_PORT, in the shop's address too", () => {
  expect(configOf(topology, [], { PANDO_PORT: '4000' })).toMatchObject({
    port: 8080,
    publicUrl: 'http://localhost:8080',
  })
})

it('PANDO_PUBLIC_URL takes precedence over the port of the topology', () => {
  const environment = { PANDO_PUBLIC_URL: 'https://shop.example' }
  expect(configOf(topology, [], environment).publicUrl).toBe('https://shop.example')
})
