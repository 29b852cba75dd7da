import type { Tree, Violation } from './tree.ts'

/** The migrations of a module are numbered without gaps or repeats: they run in the order of their names. */
export function checkMigrationNames({ files, modules }: Tree): Violation[] {
  const paths = [...files.keys()].sort()
  return [...modules.keys()].flatMap((module) => {
    const folder = `modules/${module}/migrations/`
    const migrations = paths.filter((path) => path.startsWith(folder) && path.endsWith('.sql'))
    return migrations.flatMap((file, index) => {
      const number = String(index + 1).padStart(4, '0')
      if (new RegExp(`^${number}-[a-z0-9-]+\\.sql$`).test(file.slice(folder.length))) return []
      return [{ file, line: 1, message: misnamed(module, number) }]
    })
  })
}

function misnamed(module: string, number: string): string {
  return (
    `In the order of names this is migration ${number} of "${module}", but its name is not ${number}-<what>.sql. Migrations run ` +
    `in the order of their names, in new and in existing databases. Give the new migration the next free number`
  )
}
