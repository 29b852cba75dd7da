/**
 * Converts a postgres:// URL to the keywords of libpq, quoted, for the connection of a subscription. Keeps the
 * parameters of the URL that libpq knows.
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
    ...LIBPQ.flatMap((name): [string, string][] => {
      const value = searchParams.get(name)
      return value === null ? [] : [[name, value]]
    }),
    // Without a timeout, a database that hangs would block the other one without end.
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

const LIBPQ = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'target_session_attrs', 'channel_binding']
