import { cp, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PROJECT } from './bundle.ts'

interface PackageJson {
  name: string
  version: string
  license?: string
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

/**
 * Copies packages and their installed dependencies into an artefact's node_modules. Returns the folders that they were
 * copied from. Native code in them is for the platform of this machine.
 */
export async function copyNativePackages(names: readonly string[], folder: string): Promise<string[]> {
  const copied: string[] = []
  for (const name of names) {
    const source = join(PROJECT, 'node_modules', name)
    const packageJson = await readPackageJson(source).catch(() => undefined)
    // Optional packages for other platforms are not installed
    if (!packageJson) continue
    await cp(source, join(folder, 'node_modules', name), { recursive: true, dereference: true })
    const { dependencies, optionalDependencies } = packageJson
    const required = Object.keys({ ...dependencies, ...optionalDependencies })
    copied.push(source, ...(await copyNativePackages(required, folder)))
  }
  return copied
}

/** The licence texts of packages as one text. `folders`: the packages' folders. */
export async function collectLicences(folders: readonly string[]): Promise<string> {
  const parts = await Promise.all(
    folders.map(async (folder) => {
      const { name, version, license } = await readPackageJson(folder)
      const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
      const texts = await Promise.all(files.sort().map((file) => readFile(join(folder, file), 'utf8')))
      return `${name} ${version} (${license ?? 'no licence named'})\n\n${texts.map((text) => text.trim()).join('\n\n')}\n`
    }),
  )
  return parts.join(`\n${'-'.repeat(80)}\n\n`)
}

async function readPackageJson(folder: string): Promise<PackageJson> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as PackageJson
}
