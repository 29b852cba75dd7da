import type { TestModule } from 'vitest/node'

const SHOWN = 10

/** Lists the ten files that took the longest, for a reader who wants a shorter run. Empty for a run of one file. */
export function describeSlowest(modules: readonly TestModule[]): string {
  if (modules.length < 2) return ''
  const files = modules
    .map((module) => ({
      seconds: secondsOf(module),
      project: module.project.name,
      file: module.relativeModuleId,
    }))
    .sort((a, b) => b.seconds - a.seconds)
  const all = files.reduce((sum, { seconds }) => sum + seconds, 0)
  return [
    `=== slowest of ${files.length} files, which took ${all.toFixed(0)} s`,
    ...files
      .slice(0, SHOWN)
      .map(({ seconds, project, file }) => `${seconds.toFixed(1).padStart(7)} s  ${file} (${project})`),
  ].join('\n')
}

/** The time of a file with all of its work: starting its environment, imports, hooks and tests. */
function secondsOf(module: TestModule): number {
  const { environmentSetupDuration, prepareDuration, setupDuration, collectDuration, duration } =
    module.diagnostic()
  return (environmentSetupDuration + prepareDuration + setupDuration + collectDuration + duration) / 1000
}
