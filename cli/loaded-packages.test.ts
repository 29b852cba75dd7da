import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

/** A module that prints the names of all loaded packages when the process exits. */
const PRINT_PACKAGES = `data:text/javascript,${encodeURIComponent(`
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

// Loading the validators and the HTTP clients takes five times as long as the rest of these commands
it.each(['status', 'scale payments 2', 'split orders', 'merge orders --into shop', 'migration status'])(
  '`pando %s` loads no package but commander: it only sends a request to the running shop',
  async (command) => {
    const args = [...command.split(' '), '--data', `${tmpdir()}/no-shop`]
    const options = ['--import', PRINT_PACKAGES, 'cli/pando.mjs']
    const error = await promisify(execFile)(process.execPath, [...options, ...args]).catch(
      (error: unknown) => error,
    )
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    expect(stderr).toContain('no shop is running')
    expect(JSON.parse(stdout)).toEqual(['commander'])
  },
)
