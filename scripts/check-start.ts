import { MODULES_DIRECTORY } from '#runtime/process/modules.ts'
import { TOPOLOGIES_DIRECTORY } from '#runtime/topology/topology.ts'
import { startProblems } from './start/problems.ts'

const problems = await startProblems({ modules: MODULES_DIRECTORY, topologies: TOPOLOGIES_DIRECTORY })
for (const problem of problems) console.error(`${problem}\n`)
if (problems.length > 0) process.exitCode = 1
else console.log('The modules and topologies can be started')
