import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

/** Prints the packages that were loaded, when it ends. */
const WATCH = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module'
  const packages = new Set()
  registerHooks({
    load(url, context, next) {
      const [, name] = url.match(/node_modules\\/((?:@[^/]+\\/)?[^/]+)/) ?? []
      if (name) packages.add(name)
      return next(url, context)
    },
  })
  process.on('exit', () => console.log(JSON.stringify([...packages])))
`)}`

/** Loading the validators and the HTTP clients takes five times as long as all else that these do. */
it.each(['status', 'scale payments 2', 'split orders', 'merge orders --into shop', 'migration status'])(
  '`pando %s` only asks the running shop, and loads nothing else for it',
  async (words) => {
    const args = ['--import', WATCH, 'cli/pando.mjs', ...words.split(' '), '--data', `${tmpdir()}/no-shop`]
    const error = await promisify(execFile)(process.execPath, args).catch((error: unknown) => error)
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    expect(stderr).toContain('none is running')
    expect(JSON.parse(stdout)).toEqual(['commander'])
  },
)
