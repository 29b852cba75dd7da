import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import type { Log } from '#runtime/base/log.ts'
import type { Contract } from '#runtime/contract/contract.ts'
import type { Config } from '#runtime/process/config.ts'
import { MODULES_DIRECTORY } from '#runtime/process/modules.ts'
import { RelocationExecutor } from '#runtime/relocation/executor.ts'
import type { ProgressListener } from '#runtime/relocation/journal.ts'
import type { RelocationPlan, RelocationRequest, RelocationStatus } from '#runtime/relocation/relocation.ts'
import { fetchStatus } from '#runtime/rpc/process-client.ts'
import { SupervisedProcesses } from '#runtime/supervisor/process-control.ts'
import type { Supervisor } from '#runtime/supervisor/supervisor.ts'
import { parseTopology } from '#runtime/topology/check.ts'
import { relocateModules } from '#runtime/topology/relocate.ts'
import type { TopologyContext } from '#runtime/topology/resolve.ts'
import { withSchemaPath } from '#runtime/topology/schema-path.ts'
import { databaseUrlOf, describeDatabase, findProcess, type Topology } from '#runtime/topology/topology.ts'
import { newId } from '#shared/ids.ts'
import { RELOCATIONS_FOLDER } from '../support/data-folder.ts'
import { savedTopologyFile, saveTopology } from '../support/shop-record.ts'
import { checkTarget } from './check-target.ts'
import { choosePort, requireFreePort } from './choose-port.ts'

export interface RelocationOperationsOptions {
  /** The current topology of the shop. */
  topology: () => Topology
  /** The supervisor of the processes. A shop of one process becomes the supervisor at the first call. */
  supervisor: () => Promise<Supervisor>
  config: Config
  secret: string
  contracts: readonly Contract[]
  log: Log
  /** The URL of the default database server; undefined when the shop has none. */
  serverUrl: string | undefined
  /** The URL of the database that records moves. */
  homeUrl: string
}

/** The operations of a running shop that the commands for splits and merges call. */
export class RelocationOperations {
  readonly #options: RelocationOperationsOptions
  readonly #executor: RelocationExecutor

  constructor(options: RelocationOperationsOptions) {
    this.#options = options
    const { homeUrl, log } = options
    this.#executor = new RelocationExecutor({
      homeUrl,
      control: async () => this.#controlOf(await options.supervisor()),
      migratables,
      updateUrls: (plan) => locatePlan(plan, options),
      checkProcesses: (plan) => this.#checkProcesses(plan),
      log,
    })
  }

  /** Runs a relocation and resolves when it has ended; with `dryRun` only reports what it would do. */
  relocate = async (request: RelocationRequest, onProgress: ProgressListener): Promise<RelocationStatus> => {
    const { plan, after } = await this.#planOf(request)
    if (request.dryRun) return this.#preview(plan, after)
    return this.#withSavedTopology(await this.#executor.run(plan, { onProgress, holdAt: request.holdAt }))
  }

  relocations = async (): Promise<RelocationStatus[]> =>
    (await this.#executor.list()).map((status) => this.#withSavedTopology(status))

  resumeRelocation = async (_input: unknown, onProgress: ProgressListener): Promise<RelocationStatus> =>
    this.#withSavedTopology(await this.#executor.resume({ onProgress }))

  rollbackRelocation = async (_input: unknown, onProgress: ProgressListener): Promise<RelocationStatus> =>
    this.#withSavedTopology(await this.#executor.rollback({ onProgress }))

  close(): Promise<void> {
    return this.#executor.close()
  }

  /** The status with the path under which the shop saves the topology once the relocation is done. */
  #withSavedTopology(status: RelocationStatus): RelocationStatus {
    return status.state === 'done' ? { ...status, topology: this.#saved(status.topology) } : status
  }

  #saved({ source: from, text }: RelocationStatus['topology']): RelocationStatus['topology'] {
    const source = savedTopologyFile(this.#options.config.dataDirectory)
    return { source, text: withSchemaPath(text, { from, to: source }) }
  }

  async #planOf(request: RelocationRequest): Promise<{ plan: RelocationPlan; after: Topology }> {
    const { topology, config, serverUrl } = this.#options
    const before = topology()
    const text = await readFile(before.source, 'utf8')
    const id = newId('rlc').toLowerCase()
    const file = join(config.dataDirectory, RELOCATIONS_FOLDER, `${id}.yaml`)
    const { database } = request
    if (database && 'from' in database) this.#setVariable(database)
    const port = request.port ?? (await choosePort(before))
    const relocated = relocateModules(
      text,
      { ...request, port },
      {
        before: { name: before.name, source: before.source },
        after: { name: 'topology', source: file },
      },
      this.#context(),
    )
    const { fromProcess, isNewProcess, topology: after } = relocated
    if (isNewProcess && request.port !== undefined) await requireFreePort(request.port, request)
    const [source, target] = [findProcess(before, fromProcess), findProcess(after, request.toProcess)]
    if (target.database.kind === 'name' && serverUrl === undefined)
      throw new Error(
        `Cannot move ${request.modules.join(', ')} to the process "${target.name}": its database "${target.database.name}" would be on the default server, and this shop has none. ${isNewProcess ? 'Give the address of a database: --database with a URL or env:NAME' : 'Give that process the address of a database in the topology, such as database: { url: "env:NAME" }, and start the shop again'}`,
      )
    const plan: RelocationPlan = {
      id,
      modules: [...request.modules],
      fromProcess: source.name,
      toProcess: target.name,
      isNewProcess,
      sourceUrl: databaseUrlOf(source, serverUrl)!,
      targetUrl: databaseUrlOf(target, serverUrl)!,
      topologyBefore: { source: before.source, text },
      topologyAfter: { source: file, text: relocated.text },
    }
    return { plan, after }
  }

  async #preview(plan: RelocationPlan, after: Topology): Promise<RelocationStatus> {
    const now = new Date().toISOString()
    const { tables, problems } = await this.#executor.preview(plan)
    const { id, modules, fromProcess, toProcess, isNewProcess, topologyAfter } = plan
    return {
      id,
      modules,
      fromProcess,
      toProcess,
      step: 'preflight',
      state: 'running',
      steps: [],
      pauseMs: null,
      rows: null,
      error: null,
      createdAt: now,
      updatedAt: now,
      topology: this.#saved(topologyAfter),
      preview: {
        isNewProcess,
        fromDatabase: describeDatabase(findProcess(this.#options.topology(), fromProcess)),
        toDatabase: describeDatabase(findProcess(after, toProcess)),
        tables,
        problems,
      },
    }
  }

  async #checkProcesses(plan: RelocationPlan) {
    // A shop of one process has no supervisor yet, and its modules can only move into a new process
    if (plan.isNewProcess) return []
    const { supervisor, secret } = this.#options
    const replicas = (await supervisor()).replicas.get(plan.toProcess) ?? []
    return checkTarget(plan, replicas, (origin) => fetchStatus(origin, secret))
  }

  #controlOf(supervisor: Supervisor): SupervisedProcesses {
    const { secret, config } = this.#options
    return new SupervisedProcesses({
      supervisor,
      parse: (file) => this.#parse(file),
      fetchStatus: (origin) => fetchStatus(origin, secret),
      // Called after the database has recorded the move: the next start refuses a file without such a record
      writeFile: async ({ topologyAfter: { source, text } }) => {
        await mkdir(dirname(source), { recursive: true })
        // The text may contain passwords of databases
        await writeFile(source, text, { mode: 0o600, flag: 'wx', flush: true }).catch(
          (error: NodeJS.ErrnoException) => {
            // Never overwritten, because starting processes read it and must not see an incomplete file
            if (error.code !== 'EEXIST') throw error
          },
        )
      },
      deleteFile: async ({ topologyAfter }) => rm(topologyAfter.source, { force: true }),
      recordTopology: async (topology, text) => {
        await saveTopology(config.dataDirectory, text, topology)
        await rm(topology.source, { force: true })
        return this.#parse({ source: savedTopologyFile(config.dataDirectory), text })
      },
    })
  }

  #parse({ source, text }: { source: string; text: string }): Topology {
    return parse({ source, text }, this.#options.contracts)
  }

  #context() {
    return contextOf(this.#options.contracts)
  }

  /** Sets the variable with a new database's address here, because processes that this one starts need it too. */
  #setVariable({ from, url }: { from: string; url: string }): void {
    if (from.startsWith('env:')) process.env[from.slice('env:'.length)] ??= url
  }
}

/**
 * The plan with the current addresses of its databases. Throws when one of them is not set here, and when the topologies
 * of the plan are not valid for these contracts.
 */
export function locatePlan(
  plan: RelocationPlan,
  { contracts, serverUrl }: Pick<RelocationOperationsOptions, 'contracts' | 'serverUrl'>,
): RelocationPlan {
  const urlOf = (file: { source: string; text: string }, process: string) =>
    databaseUrlOf(findProcess(parse(file, contracts), process), serverUrl)!
  return {
    ...plan,
    sourceUrl: urlOf(plan.topologyBefore, plan.fromProcess),
    targetUrl: urlOf(plan.topologyAfter, plan.toProcess),
  }
}

/** Parses a topology of a plan. */
export function parse(
  { source, text }: RelocationPlan['topologyAfter'],
  contracts: readonly Contract[],
): Topology {
  return parseTopology(text, { name: basename(source, extname(source)), source }, contextOf(contracts))
}

function contextOf(contracts: readonly Contract[]): TopologyContext {
  return { known: contracts, environment: process.env }
}

/** The modules that have migrations, each with the folder of its migrations. */
export function migratables(modules: readonly string[]): { name: string; directory: string }[] {
  return modules
    .map((name) => ({ name, directory: join(MODULES_DIRECTORY, name, 'migrations') }))
    .filter(({ directory }) => existsSync(directory))
}
