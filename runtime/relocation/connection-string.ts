/**
 * What a subscription connects with: libpq's keywords for a postgres:// URL, quoted. Parameters of the URL are kept
 * where libpq knows them.
 */
export function connectionString(url: string): string {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url)
  const keywords: [string, string][] = [
    // An IPv6 address stands in brackets in a URL only.
    ['host', searchParams.get('host') ?? hostname.replace(/^\[(.*)\]$/, '$1')],
    ['port', port || '5432'],
    ['user', decodeURIComponent(username)],
    ['password', decodeURIComponent(password)],
    ['dbname', decodeURIComponent(pathname.slice(1))],
    ...LIBPQ.flatMap((name): [string, string][] => {
      const value = searchParams.get(name)
      return value === null ? [] : [[name, value]]
    }),
    // A database that hangs must not hold up the other one for ever.
    ['connect_timeout', searchParams.get('connect_timeout') ?? '10'],
  ]
  return keywords
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}='${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`)
    .join(' ')
}

const LIBPQ = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'target_session_attrs', 'channel_binding']
