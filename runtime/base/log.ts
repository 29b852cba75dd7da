import { pino } from 'pino'

/** The structured log: each call writes one JSON line with fields and a message. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  child(fields: object): Log
}

/** Names of fields whose values are never logged, down to the third level, which is as deep as fields go. */
const SECRET_FIELDS = ['password', 'token', 'apiKey', 'authorization', 'cookie', 'secret', 'bearer']

/**
 * Makes the process's log on standard error: JSON lines, or text for people with `pretty`.
 * `level`: `debug`, `info`, `warn`, `error` or `silent`.
 */
export function createLog(options: { level: string; pretty?: boolean; process?: string }): Log {
  const settings = {
    level: options.level,
    base: options.process ? { process: options.process } : null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
      censor: '[secret]',
    },
  }
  if (options.pretty) {
    return pino({
      ...settings,
      transport: {
        target: 'pino-pretty',
        options: { ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss', destination: 2 },
      },
    })
  }
  return pino(settings, pino.destination({ dest: 2, sync: true }))
}
