import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Type } from 'typebox'
import { freePort } from '#runtime/base/ports.ts'
import { system } from '#runtime/contract/caller.ts'
import { command, contract, event, query } from '#runtime/contract/contract.ts'
import { Failure } from '#runtime/contract/failure.ts'
import { type Committed, defineModule, type ModuleDefinition } from '#runtime/module/define.ts'
import { openShop } from '#runtime/process/shop.ts'
import type { Shop } from '#runtime/process/shop-options.ts'
import { recordingLog } from '#runtime/rpc/testing.ts'
import { KnownPlacement } from '#runtime/topology/placement.ts'
import { Nothing, Strict } from '#shared/object.ts'
import { createDatabase } from '#tests/support/database.ts'

const Name = Type.String({ maxLength: 60 })
const closed = { CLOSED: { status: 409, summary: 'Nothing is sold now.' } }

/** The first release of the kiosk's contract. */
export const kioskOld = contract('kiosk', {
  version: '1.0.0',
  summary: 'Sells',
  methods: {
    sell: command({
      summary: 'Sells something.',
      input: Strict({ item: Name }),
      output: Strict({ receipt: Strict({ item: Name }) }),
      failures: closed,
      access: 'internal',
    }),
  },
  events: {
    sold: event({ summary: 'Sold.', payload: Strict({ item: Name }), aggregate: 'item' }),
  },
})

/** The next release, with an additional method, failure, and members of input, output and event. */
export const kioskNew = contract('kiosk', {
  version: '1.1.0',
  summary: 'Sells',
  methods: {
    sell: command({
      summary: 'Sells something.',
      input: Strict({ item: Name, note: Type.Optional(Name) }),
      output: Strict({ receipt: Strict({ item: Name, note: Type.Optional(Name) }) }),
      failures: { ...closed, NOTE_REFUSED: { status: 422, summary: 'Nobody can read the note.' } },
      access: 'internal',
    }),
    count: query({
      summary: 'Counts.',
      input: Strict({}),
      output: Strict({ count: Type.Integer() }),
      access: 'internal',
    }),
  },
  events: {
    sold: event({
      summary: 'Sold.',
      payload: Strict({ item: Name, note: Type.Optional(Name) }),
      aggregate: 'item',
    }),
  },
})

/** The contract of the module that calls the kiosk and reacts to its sales. Nothing calls its method. */
const archive = contract('archive', {
  version: '1.0.0',
  summary: 'Archives sales',
  methods: { keep: command({ summary: 'Keeps.', input: Nothing, output: Nothing, access: 'internal' }) },
  reactsTo: ['kiosk.sold'],
})

type Kiosk = typeof kioskOld | typeof kioskNew
type Sale = { item: string; note?: string }

/** The part of a context's `commit` that the handlers of both contracts use. */
type Commit = (
  work: (transaction: { emit: (name: string, payload: object) => void }) => Promise<unknown>,
) => Promise<Committed<unknown>>

/**
 * The module kiosk with this contract. The item "nothing" fails with CLOSED. With `kioskNew`, a note "illegible" and the item
 * "riddle" fail with NOTE_REFUSED, and each receipt has a note.
 */
function kioskModule(kiosk: Kiosk): ModuleDefinition {
  const isNew = kiosk === kioskNew
  const sell = async (sale: Sale, context: { commit: Commit }) => {
    if (sale.item === 'nothing') throw new Failure('CLOSED', 409, 'Cannot sell: it is closed')
    // A caller with the old contract cannot send a note, so it can cause the new failure by the item only
    if (isNew && (sale.note === 'illegible' || sale.item === 'riddle'))
      throw new Failure('NOTE_REFUSED', 422, 'Cannot read the note')
    const receipt = isNew ? { note: 'none', ...sale } : sale
    return context.commit(async ({ emit }) => {
      emit('sold', receipt)
      return { receipt }
    })
  }
  const handlers = isNew ? { sell, count: async () => ({ count: 1 }) } : { sell }
  return defineModule({ contract: kiosk, needs: {}, handlers } as never)
}

export interface CallerAndCallee {
  /** Calls a method of the kiosk from the caller, with the caller's version of the contract. */
  call(method: string, input: object): Promise<unknown>
  /** Delivers the events of the kiosk to the caller. */
  drain(): Promise<{ waiting: number; parked: number }>
  /** Payloads of the events to which the caller has reacted. */
  received: object[]
  /** Messages that either has logged. */
  logged: string[]
  stop(): Promise<void>
}

/**
 * Opens two shops in this process that communicate as two processes of one shop do: each has its own port, database and
 * contract of the kiosk. The callee has the module kiosk. The caller calls it and receives its events.
 */
export async function openCallerAndCallee(versions: {
  callee: Kiosk
  caller: Kiosk
}): Promise<CallerAndCallee> {
  const modulesDirectory = mkdtempSync(join(tmpdir(), 'pando-caller-and-callee-'))
  // A module without migrations would have no schema, and so no outbox and inbox
  for (const name of ['kiosk', 'archive']) {
    mkdirSync(join(modulesDirectory, name, 'migrations'), { recursive: true })
    const table = `create table ${name}.item (id text primary key);\n`
    writeFileSync(join(modulesDirectory, name, 'migrations', '0001-items.sql'), table)
  }
  const received: object[] = []
  const archiveModule = defineModule({
    contract: archive,
    needs: { kiosk: versions.caller as typeof kioskOld },
    handlers: { keep: async (_input, context) => context.unchanged({}) },
    reactions: {
      'kiosk.sold': async (payload: object, context: { commit: Commit }) => {
        received.push(payload)
        return context.commit(async () => undefined)
      },
    },
  })
  const [kioskPort, archivePort] = [await freePort(), await freePort()]
  const placement = new KnownPlacement({
    version: 0,
    modules: {
      kiosk: [`http://127.0.0.1:${kioskPort}`],
      archive: [`http://127.0.0.1:${archivePort}`],
    },
  })
  const { log, logged } = recordingLog()
  const closers: (() => Promise<unknown>)[] = []
  const open = async (
    name: string,
    port: number,
    modules: ModuleDefinition[],
    known: Kiosk,
  ): Promise<Shop> => {
    const database = await createDatabase()
    closers.push(database.drop)
    const shop = await openShop({
      modules,
      contracts: [known, archive],
      network: { placement, serve: { process: name, replica: 0, port, host: '127.0.0.1' } },
      databaseUrl: database.url,
      secret: 'a secret for tests only',
      publicUrl: 'http://localhost:4000',
      dataDirectory: modulesDirectory,
      log,
      environment: {},
      background: false,
      strict: true,
      modulesDirectory,
    })
    closers.push(() => shop.stop())
    return shop
  }
  const callee = await open('kiosk', kioskPort, [kioskModule(versions.callee)], versions.callee)
  const caller = await open('archive', archivePort, [archiveModule], versions.caller)
  return {
    call: (method, input) => caller.dispatcher.callFrom(system('test'), 'kiosk', method, input),
    drain: () => callee.drain(),
    received,
    logged,
    async stop() {
      for (const close of closers.reverse()) await close()
      rmSync(modulesDirectory, { recursive: true })
    },
  }
}
