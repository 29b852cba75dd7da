#!/usr/bin/env node
// Finds a Node.js that can run TypeScript as it is, and hands over to it. Written for old ones, so that they can say what is wrong.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { fileURLToPath } from 'node:url'

const MINIMUM_MAJOR = 24
const own = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url))

if (Number(process.versions.node.split('.')[0]) >= MINIMUM_MAJOR) {
  // Compiled code is kept between starts: less time, and the compiler of types stays out of memory.
  module.enableCompileCache?.()
  await import('./main.ts')
} else if (existsSync(own)) {
  // The child ends when this process is gone, however that ends.
  const env = { ...process.env, PANDO_LAUNCHER: String(process.pid) }
  const child = spawn(own, process.argv.slice(1), { stdio: 'inherit', env })
  // A terminal sends its signals to both, npm and others to this one only; the child takes a signal that comes twice as one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  // npm, when it is killed, tells nobody.
  const parent = process.ppid
  if (process.env.npm_lifecycle_event)
    setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 500).unref()
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1)
  })
} else {
  console.error(
    `Cannot start: Pando needs Node.js ${MINIMUM_MAJOR} or newer, this is ${process.version}. Run "npm ci" in the project's folder (it brings the right one), or install a newer Node.js`,
  )
  process.exitCode = 1
}
