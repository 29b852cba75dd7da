import { type Static, Type } from 'typebox'
import { MAX_PORT } from './max-port.ts'

export const MAX_REPLICAS = 100

/** Form of a database's name on the default server. */
export const databaseName = /^[a-z_][a-z0-9_]{0,62}$/

const port = (description: string) => Type.Integer({ minimum: 1, maximum: MAX_PORT, description })

const database = Type.Object(
  {
    url: Type.Optional(
      Type.String({
        pattern: '^(env:[A-Za-z_][A-Za-z0-9_]*|[a-z][a-z0-9+.-]*:.+)$',
        description:
          'Where it is: postgres://user:password@host:port/database, or env:NAME to take that from a variable',
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
    description: 'Where its modules keep their data. Without it: a database of its own on the default server',
  },
)

const process = Type.Object(
  {
    modules: Type.Array(Type.String(), { minItems: 1, description: 'The modules that run in this process' }),
    port: Type.Optional(
      port(
        'Where pages are, the public port (default PANDO_PORT); elsewhere the internal port, which must be given',
      ),
    ),
    internalPort: Type.Optional(port('Port for the other processes, where pages are (default: port + 100)')),
    replicas: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_REPLICAS,
        description:
          'How many of it run (default 1). Replica i, from 0, has the internal port plus i; they share the public port',
      }),
    ),
    address: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9:._-]+$',
        description: 'Name or IP address under which the others reach it (default 127.0.0.1)',
      }),
    ),
    listen: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9:._-]+$',
        description:
          'Address that its internal port is bound to (default: this machine only when address is, else 0.0.0.0)',
      }),
    ),
    database: Type.Optional(database),
    command: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        minItems: 1,
        description: 'Program and arguments of a service in another language, started in place of ours',
      }),
    ),
  },
  { additionalProperties: false },
)

/** Form of a process's name: it becomes part of file names, log lines and the name of its database. */
export const processName = /^[a-z][a-z0-9-]{0,30}$/

export const topologySchema = Type.Object(
  {
    processes: Type.Record(Type.String(), process, {
      minProperties: 1,
      description: 'The processes by name. Every module is in one of them',
    }),
    bus: Type.Optional(
      Type.Union([Type.Literal('direct'), Type.Literal('nats')], {
        description: 'How events travel between processes: direct (HTTP, the default), or nats (NATS_URL)',
      }),
    ),
    together: Type.Optional(
      Type.Union([Type.Array(Type.String()), Type.Array(Type.Array(Type.String()))], {
        description:
          'Modules that must share transactions: a list, or a list of such lists. A split that breaks it is refused',
      }),
    ),
  },
  { additionalProperties: false },
)

/** Schemas of the parts, for checking one after the other. */
export const processSchema = process

export type ProcessEntry = Static<typeof process>

/** The JSON Schema that editors check a file against; `modules` are offered where names of modules go. */
export function editorSchema(modules: readonly string[]): object {
  const schema = JSON.parse(JSON.stringify(topologySchema)) as {
    properties: { processes: { patternProperties: Record<string, object> } }
  }
  const [entry] = Object.values(schema.properties.processes.patternProperties) as [
    { properties: { modules: { items: object } } },
  ]
  entry.properties.modules.items = { enum: modules }
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
