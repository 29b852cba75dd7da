import { expect, test } from 'vitest'
import { checkRepository } from '../../scripts/repository/rules.ts'

const valid: Record<string, string> = {
  LICENSE: 'MIT',
  'CHANGELOG.md': '# Changelog',
  'README.md': '# Pando',
  'ARCHITECTURE.md': '# Architecture',
  'CONTRIBUTING.md': '# Contributing',
  'STYLE.md': '# Style',
  'package-lock.json': '{ "packages": { "node_modules/fastify": { "version": "5.0.0" } } }',
}

function check(planted: Record<string, string>): string[] {
  return checkRepository(new Map(Object.entries({ ...valid, ...planted }))).map(
    ({ file, line, message }) => `${file}:${line ?? ''} ${message}`,
  )
}

test('a repository without problems passes', () => {
  expect(check({})).toEqual([])
})

test.each(['LICENSE', 'CHANGELOG.md', 'README.md'])('a missing %s is found', (file) => {
  expect(check({ [file]: ' \n' })).toEqual([expect.stringContaining(`${file}: It is missing or empty`)])
})

test.each([
  '"resolved": "a.tgz"',
  '"x": "https://registry.example.org/a"',
  '"x": "https://host/a/-/a-1.0.0.tgz"',
])('a registry in the lock file is found: %s', (entry) => {
  expect(check({ 'package-lock.json': `{\n${entry}\n}` })).toEqual([
    expect.stringContaining('package-lock.json:2 It names the registry of a package'),
  ])
})

test.each(['/work/main/x.ts', 'file:///root/.npmrc', '"/Users/me/pando"'])(
  'a path of one machine is found: %s',
  (path) => {
    expect(check({ 'cli/a.ts': `// look at ${path}` })).toEqual([
      expect.stringContaining('cli/a.ts:1 It names a path of one machine'),
    ])
  },
)

test.each(['./work/main', '/api/v1/work/1', 'https://example.com/root/x'])(
  '%s is not a path of one machine',
  (path) => {
    expect(check({ 'cli/a.ts': `// look at ${path}` })).toEqual([])
  },
)

test.each(['TODO', 'FIXME'])('%s is found', (word) => {
  expect(check({ 'cli/a.ts': `\n// ${word}: later` })).toEqual([
    expect.stringContaining('cli/a.ts:2 It says'),
  ])
})

test.each(['test.only(', 'it.todo(', 'describe.only(', 'test.concurrent.only(', 'fit('])(
  '%s is found',
  (call) => {
    expect(check({ 'cli/a.test.ts': `${call}'adds', () => {})` })).toEqual([
      expect.stringContaining('cli/a.test.ts:1 It uses'),
    ])
  },
)

test.each(['test.skip(', 'test.runIf(isRoot)(', 'describe.skipIf(!isRoot)('])(
  '%s without a reason is found',
  (call) => {
    expect(check({ 'cli/a.test.ts': `${call}'adds', () => {})` })).toEqual([
      expect.stringContaining('cli/a.test.ts:1 It may skip a test without a reason'),
    ])
    expect(check({ 'cli/a.test.ts': `${call}\n  'adds (as root only)', () => {})` })).toEqual([])
  },
)

test('a source file of more than 400 lines is found', () => {
  expect(check({ 'cli/a.ts': 'x\n'.repeat(401) })).toEqual([expect.stringContaining('It has 401 lines')])
  expect(check({ 'cli/a.ts': 'x\n'.repeat(400), 'README.md': 'x\n'.repeat(900) })).toEqual([])
})

const style =
  '# Style\n\n## Glossary\n\n| use | for | not |\n| --- | --- | --- |\n| caller | who calls | whoever, is told |\n| edge | a part | |\n'

test.each([
  ['// Whoever calls', 'whoever'],
  ['// it is told so', 'is told'],
  ['const isToldSo = 1', 'is told'],
])('a phrase that the glossary replaces is found: %s', (line, phrase) => {
  expect(check({ 'STYLE.md': style, 'anywhere.ts': `\n${line}` })).toEqual([
    `anywhere.ts:2 It says "${phrase}". Use the term of the glossary (STYLE.md): caller`,
  ])
})

test.each(['// not: what is toldest', '// use the edge', '// notwhoever'])(
  '%s follows the glossary',
  (line) => {
    expect(check({ 'STYLE.md': style, 'anywhere.ts': line })).toEqual([])
  },
)
