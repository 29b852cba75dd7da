import { resolve } from 'node:path'
import { readTrustProxy, type TrustedProxies, trustProxyProblem } from '../http/trust-proxy.ts'
import type { ModuleDefinition, Setting } from '../module/define.ts'
import { faultsProblem } from '../rpc/faults.ts'
import { correctTypo } from '../topology/nearest.ts'
import { DEFAULT_CONNECTIONS, MIN_CONNECTIONS } from './connection-shares.ts'

/** Settings of the runtime; modules declare theirs in their `module.ts`. */
export const runtimeSettings = {
  PANDO_PORT: { summary: 'Port of the shop', default: '4000', check: portProblem },
  PANDO_HOST: { summary: 'Address to listen on; 0.0.0.0 for all', default: '127.0.0.1' },
  PANDO_DATA: { summary: 'Folder of all data that the shop keeps', default: '.pando' },
  DATABASE_URL: {
    summary: 'PostgreSQL to use instead of the embedded one',
    check: databaseUrlProblem,
    secret: true,
  },
  PANDO_DATABASE_CONNECTIONS: {
    summary:
      'Maximum connections of one process to one database; all processes together must stay below max_connections',
    default: String(DEFAULT_CONNECTIONS),
    check: connectionsProblem,
  },
  PANDO_SECRET: {
    summary: 'Secret that keys are derived from; if unset, generated once and kept in the data folder',
    check: (value) =>
      value.length >= 32
        ? undefined
        : 'is shorter than 32 characters: generate one with "openssl rand -hex 32"',
    secret: true,
  },
  PANDO_PUBLIC_URL: {
    summary: 'Address at which visitors reach the shop; http://localhost:PORT if unset',
    check: urlProblem,
  },
  PANDO_LOG: {
    summary: 'debug, info, warn, error or silent',
    default: 'info',
    check: oneOf('debug', 'info', 'warn', 'error', 'silent'),
  },
  PANDO_RATE_LIMITS: { summary: 'on or off', default: 'on', check: oneOf('on', 'off') },
  PANDO_TRUST_PROXY: {
    summary:
      'proxies whose X-Forwarded-For is trusted: their number, such as 1, if the port is reached only through them, or their networks, separated by commas, such as 10.0.0.0/8; off without a proxy',
    default: 'off',
    check: trustProxyProblem,
  },
  NATS_URL: {
    summary:
      'NATS server for a topology with "bus: nats": nats://user:password@host:port, several separated by commas',
    default: 'nats://127.0.0.1:4222',
    check: natsUrlProblem,
    secret: true,
  },
  NATS_CREDENTIALS: { summary: 'File with the credentials of a NATS user, instead of a password' },
  PANDO_FAULTS: {
    summary:
      'Faults to inject into requests between processes, for tests: seed=42,lose=0.02,cut=0.02,delay=0.05:8000,duplicate=0.03,reorder=0.03',
    check: faultsProblem,
  },
} satisfies Record<string, Setting>

export interface Config {
  port: number
  host: string
  dataDirectory: string
  databaseUrl: string | undefined
  databaseConnections: number
  secret: string | undefined
  publicUrl: string
  logLevel: string
  rateLimits: boolean
  trustProxy: TrustedProxies
  natsUrl: string
  natsCredentials: string | undefined
}

type Environment = Record<string, string | undefined>

/** Reads all settings. Throws one error that lists every mistake at once. */
export function readConfig(environment: Environment, modules: readonly ModuleDefinition[]): Config {
  const problems = Object.entries(allSettings(modules)).flatMap(([name, setting]) => {
    const value = environment[name]
    const problem = value ? setting.check?.(value, environment) : undefined
    return problem ? [`${name}${setting.secret ? '' : ` "${value}"`} ${problem}`] : []
  })
  if (problems.length > 0) {
    throw new Error(
      `Cannot start: ${problems.length === 1 ? 'a setting is' : 'some settings are'} invalid\n${problems.map((each) => `  - ${each}`).join('\n')}`,
    )
  }
  const value = (name: keyof typeof runtimeSettings) =>
    environment[name] || (runtimeSettings[name] as Setting).default
  const port = Number(value('PANDO_PORT'))
  return {
    port,
    host: value('PANDO_HOST')!,
    dataDirectory: resolve(value('PANDO_DATA')!),
    databaseUrl: value('DATABASE_URL'),
    databaseConnections: Number(value('PANDO_DATABASE_CONNECTIONS')),
    secret: value('PANDO_SECRET'),
    publicUrl: (value('PANDO_PUBLIC_URL') ?? `http://localhost:${port}`).replace(/\/+$/, ''),
    logLevel: value('PANDO_LOG')!,
    rateLimits: value('PANDO_RATE_LIMITS') === 'on',
    trustProxy: readTrustProxy(value('PANDO_TRUST_PROXY')!),
    natsUrl: value('NATS_URL')!,
    natsCredentials: value('NATS_CREDENTIALS'),
  }
}

/**
 * All settings of a process by name. Modules that share a setting must share one declaration, so that they accept the
 * same values. Throws when they do not.
 */
export function allSettings(modules: readonly ModuleDefinition[]): Record<string, Setting> {
  const all: Record<string, Setting> = { ...runtimeSettings }
  for (const { contract, settings } of modules) {
    for (const [name, setting] of Object.entries(settings)) {
      all[name] ??= setting
      if (all[name] === setting) continue
      const [other, remedy] =
        name in runtimeSettings
          ? ['the runtime', `Use runtimeSettings.${name}, or choose another name`]
          : ['another module', 'Declare it once, in shared/settings.ts']
      throw new Error(`Cannot read ${name}: ${contract.name} and ${other} declare it differently. ${remedy}`)
    }
  }
  return all
}

/**
 * Warnings about variables whose names are probably misspelt settings: they would be ignored silently. Other variables
 * with the prefix PANDO_ may belong to the deployment.
 */
export function misspeltSettings(
  environment: Record<string, string | undefined>,
  modules: readonly ModuleDefinition[],
): string[] {
  const names = Object.keys(allSettings(modules))
  return Object.keys(environment).flatMap((name) => {
    const suggestion = name.startsWith('PANDO_') ? correctTypo(name, names) : undefined
    return suggestion ? [`${name} is not a setting and has no effect. Did you mean ${suggestion}?`] : []
  })
}

function portProblem(value: string): string | undefined {
  // 0 takes any free port, for tests.
  return /^\d{1,5}$/.test(value) && Number(value) <= 65535
    ? undefined
    : 'is not a port: give a number from 1 to 65535'
}

function urlProblem(value: string): string | undefined {
  const url = URL.parse(value)
  if (!url || !/^https?:$/.test(url.protocol)) return 'is not an http or https address'
  return url.pathname === '/' && !url.search
    ? undefined
    : 'has a path or a query: the shop is served at the root of its address'
}

function databaseUrlProblem(value: string): string | undefined {
  const url = URL.parse(value)
  // The folder of a Unix socket is in the query
  const hasServer = url !== null && (url.hostname !== '' || url.searchParams.has('host'))
  return hasServer && /^postgres(ql)?:$/.test(url.protocol)
    ? undefined
    : 'is not of the form postgres://user:password@host:port/database'
}

function connectionsProblem(value: string): string | undefined {
  return /^\d{1,4}$/.test(value) && Number(value) >= MIN_CONNECTIONS
    ? undefined
    : `is not a number of connections: give a number from ${MIN_CONNECTIONS} to 9999`
}

function natsUrlProblem(value: string): string | undefined {
  return value.split(',').every((each) => /^(nats|tls):\/\/[^/]/.test(each.trim()) && URL.parse(each.trim()))
    ? undefined
    : 'is not of the form nats://user:password@host:port'
}

function oneOf(...values: string[]) {
  return (value: string) => (values.includes(value) ? undefined : `is not one of ${values.join(', ')}`)
}
