import { globSync } from 'node:fs'
import { basename } from 'node:path'
import { loadContracts, loadModules } from '#runtime/process/modules.ts'
import { readTopology } from '#runtime/topology/read.ts'
import { TOPOLOGIES_DIRECTORY } from '#runtime/topology/topology.ts'

// Finds what "pando start" would refuse: inconsistent modules, and topologies with missing or misnamed modules
const problems: string[] = []
await loadModules().catch((error: Error) => problems.push(error.message))
const known = await loadContracts()
const [directory = TOPOLOGIES_DIRECTORY] = process.argv.slice(2)
const files = globSync('*.yaml', { cwd: directory })
for (const file of files) {
  try {
    readTopology(basename(file, '.yaml'), { known, environment: {} }, directory)
  } catch (error) {
    problems.push((error as Error).message)
  }
}
for (const problem of problems) console.error(`${problem}\n`)
if (problems.length > 0) process.exitCode = 1
else console.log(`${known.length} modules and ${files.length} topologies are valid`)
