#!/usr/bin/env node
// Finds a Node.js that runs TypeScript directly, and starts the program with it. Old versions of Node.js must be able to
// run this file, so that it can print what is wrong.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { fileURLToPath } from 'node:url'

// Equal to MINIMUM_NODE_MAJOR in support/node-version.ts, which old versions of Node.js cannot import
const MINIMUM_MAJOR = 24
const installedNode = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url))

if (Number(process.versions.node.split('.')[0]) >= MINIMUM_MAJOR) {
  // With cached compiled code a start is faster, and the TypeScript compiler is not loaded into memory
  module.enableCompileCache?.()
  await import('./main.ts')
} else if (existsSync(installedNode)) {
  // The child polls for this process and exits when it is gone, even after SIGKILL
  const env = { ...process.env, PANDO_LAUNCHER: String(process.pid) }
  const child = spawn(installedNode, process.argv.slice(1), { stdio: 'inherit', env })
  // A terminal sends signals to both processes, npm only to this one. The child treats a duplicate as one signal.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  // An npm that is killed sends no signal
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
