import { cp, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PROJECT } from './bundle.ts'

interface Description {
  name: string
  version: string
  license?: string
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

/**
 * Copies packages with all that they depend on, as far as it is installed, into an artefact's node_modules. Answers the
 * folders that they were copied from. What is compiled is for the platform of this machine.
 */
export async function copyNativePackages(names: readonly string[], folder: string): Promise<string[]> {
  const copied: string[] = []
  for (const name of names) {
    const from = join(PROJECT, 'node_modules', name)
    const description = await describe(from).catch(() => undefined)
    // Those for other platforms are not there.
    if (!description) continue
    await cp(from, join(folder, 'node_modules', name), { recursive: true, dereference: true })
    const { dependencies, optionalDependencies } = description
    const needs = Object.keys({ ...dependencies, ...optionalDependencies })
    copied.push(from, ...(await copyNativePackages(needs, folder)))
  }
  return copied
}

/** The licences of packages, by their folders, as one text. */
export async function collectLicences(folders: readonly string[]): Promise<string> {
  const parts = await Promise.all(
    folders.map(async (folder) => {
      const { name, version, license } = await describe(folder)
      const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
      const texts = await Promise.all(files.sort().map((file) => readFile(join(folder, file), 'utf8')))
      return `${name} ${version} (${license ?? 'no licence named'})\n\n${texts.map((text) => text.trim()).join('\n\n')}\n`
    }),
  )
  return parts.join(`\n${'-'.repeat(80)}\n\n`)
}

async function describe(folder: string): Promise<Description> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Description
}
