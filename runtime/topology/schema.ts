import { type Static, Type } from 'typebox'
import { MAX_PORT, MAX_REPLICAS } from './limits.ts'

/** In place of a list of modules: every module that no other process lists. */
export const ALL_MODULES = 'all'

/** Valid names of databases on the default server. */
export const databaseName = /^[a-z_][a-z0-9_]{0,62}$/

const port = (description: string) => Type.Integer({ minimum: 1, maximum: MAX_PORT, description })

const database = Type.Object(
  {
    url: Type.Optional(
      Type.String({
        pattern: '^(env:[A-Za-z_][A-Za-z0-9_]*|[a-z][a-z0-9+.-]*:.+)$',
        description:
          'Its address: postgres://user:password@host:port/database, or env:NAME to read the address from a variable',
      }),
    ),
    name: Type.Optional(
      Type.String({
        pattern: databaseName.source,
        description: 'A database of this name on the default server (DATABASE_URL, or the embedded one)',
      }),
    ),
  },
  {
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
    description: 'Where its modules keep their data. Default: a database of its own on the default server',
  },
)

const process = Type.Object(
  {
    modules: Type.Union([Type.Literal(ALL_MODULES), Type.Array(Type.String(), { minItems: 1 })], {
      description:
        'The modules that run in this process: a list, or all: every module that no other process lists',
    }),
    port: Type.Optional(
      port(
        'In the process with pages: the public port (default PANDO_PORT). In others: the internal port, which is required',
      ),
    ),
    internalPort: Type.Optional(
      port('Only in the process with pages: the port for the other processes (default: port + 100)'),
    ),
    replicas: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_REPLICAS,
        description:
          'How many replicas run (default 1). Replica i, from 0, has the internal port plus i; they share the public port',
      }),
    ),
    address: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9:._-]+$',
        description: 'Host name or IP address at which the other processes reach it (default 127.0.0.1)',
      }),
    ),
    listen: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9:._-]+$',
        description:
          'Address that its internal port is bound to (default: address if that is a loopback address, else 0.0.0.0)',
      }),
    ),
    database: Type.Optional(database),
    command: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        minItems: 1,
        description:
          'Program and arguments of a service in another language, started instead of a Pando process',
      }),
    ),
  },
  { additionalProperties: false },
)

/** Valid names of processes. The name is part of file names, log lines and the name of the database. */
export const processName = /^[a-z][a-z0-9-]{0,30}$/

export const topologySchema = Type.Object(
  {
    processes: Type.Record(Type.String(), process, {
      minProperties: 1,
      description: 'The processes by name. Every module is in exactly one',
    }),
    bus: Type.Optional(
      Type.Union([Type.Literal('direct'), Type.Literal('nats')], {
        description: 'How events travel between processes: direct (HTTP, the default), or nats (NATS_URL)',
      }),
    ),
    together: Type.Optional(
      Type.Union([Type.Array(Type.String()), Type.Array(Type.Array(Type.String()))], {
        description:
          'Modules that must share transactions: a list, or a list of such lists. Splits that separate them are refused',
      }),
    ),
  },
  { additionalProperties: false },
)

/** The schema of one process, to check the processes one by one. */
export const processSchema = process

export type ProcessEntry = Static<typeof process>

/** The JSON Schema with which editors check a file. It allows only the names in `modules` as modules. */
export function editorSchema(modules: readonly string[]): object {
  const schema = JSON.parse(JSON.stringify(topologySchema)) as {
    properties: { processes: { patternProperties: Record<string, object> } }
  }
  const [entry] = Object.values(schema.properties.processes.patternProperties) as [
    { properties: { modules: { anyOf: { items?: object }[] } } },
  ]
  for (const choice of entry.properties.modules.anyOf) if (choice.items) choice.items = { enum: modules }
  schema.properties.processes = {
    ...schema.properties.processes,
    patternProperties: { [processName.source]: entry },
    additionalProperties: false,
  } as never
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Topology of a shop',
    ...schema,
  }
}
