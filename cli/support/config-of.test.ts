import { expect, it } from 'vitest'
import type { Topology } from '#runtime/topology/topology.ts'
import { configOf } from './config-of.ts'

const topology = { processes: [{ port: undefined }, { port: 8080 }] } as unknown as Topology

it("the shop's address has the port of the topology", () => {
  expect(configOf(topology, [], { PANDO_PORT: '4000' })).toMatchObject({
    port: 8080,
    publicUrl: 'http://localhost:8080',
  })
})

it("the address that visitors see is the operator's word", () => {
  const environment = { PANDO_PUBLIC_URL: 'https://shop.example' }
  expect(configOf(topology, [], environment).publicUrl).toBe('https://shop.example')
})
