/**
 * Converts a postgres:// URL to the quoted keywords of libpq that `create subscription` expects. Keeps the URL's
 * parameters about TLS and the choice of the server.
 */
export function connectionString(url: string): string {
  const { hostname, port, username, password, searchParams } = new URL(url)
  const keywords: [string, string][] = [
    // Only URLs put an IPv6 address in brackets.
    ['host', searchParams.get('host') ?? hostname.replace(/^\[(.*)\]$/, '$1')],
    ['port', port || '5432'],
    ['user', decodeURIComponent(username)],
    ['password', decodeURIComponent(password)],
    ['dbname', databaseOf(url)],
    ...LIBPQ_PARAMETERS.flatMap((name): [string, string][] => {
      const value = searchParams.get(name)
      return value === null ? [] : [[name, value]]
    }),
    // Without a timeout, a server that does not answer would keep the server of the subscription waiting forever.
    ['connect_timeout', searchParams.get('connect_timeout') ?? '10'],
  ]
  return keywords
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}='${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`)
    .join(' ')
}

/** The name of the database of a URL. */
export function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1))
}

/** The host and the port of a URL, for messages. */
export function addressOf(url: string): string {
  const { hostname, port } = new URL(url)
  return `${hostname}:${port || 5432}`
}

/** The parameters of a URL that the connection string keeps, besides host and timeout. */
const LIBPQ_PARAMETERS = [
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'target_session_attrs',
  'channel_binding',
]
