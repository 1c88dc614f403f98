import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import yargs from 'yargs'
import { schemaCommand } from '../../src/cli/schema.ts'
import { UsageError, WriteError } from '../../src/core/errors.ts'
import { scenarioJsonSchemaText } from '../../src/scenario/json-schema.ts'
import { folderWith } from '../scenario/folder.ts'

const run = async (...words: readonly string[]) =>
  yargs()
    .command(schemaCommand)
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new Error(message)
    })
    .parseAsync(['schema', ...words])

describe('flowbench schema', () => {
  test('prints the schema', async () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    try {
      await run()
      expect(write.mock.calls.map(([text]) => text).join('')).toBe(scenarioJsonSchemaText())
    } finally {
      write.mockRestore()
    }
  })

  test('prints that of comparison.json where it is asked for', async () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    try {
      await run('comparison')
      expect(JSON.parse(write.mock.calls.map(([text]) => text).join(''))).toMatchObject({ title: 'flowbench comparison' })
    } finally {
      write.mockRestore()
    }
    await run('comparison', '--check', 'scenarios/comparison.schema.json')
    await expect(run('comparison', '--check', 'scenarios/scenario.schema.json')).rejects.toThrow(/is stale/)
  })

  test('writes it to a file, and finds that file up to date until it is changed', async () => {
    const file = join(folderWith({}), 'schema.json')
    await run('--out', file)
    expect(readFileSync(file, 'utf8')).toBe(scenarioJsonSchemaText())
    await run('--check', file)
    writeFileSync(file, '{}')
    await expect(run('--check', file)).rejects.toThrow(UsageError)
    await expect(run('--check', file)).rejects.toThrow(/is stale/)
  })

  test('says what cannot be read or written', async () => {
    const folder = folderWith({})
    await expect(run('--check', join(folder, 'none.json'))).rejects.toThrow(/cannot be read \(ENOENT\)/)
    await expect(run('--out', join(folder, 'none', 'schema.json'))).rejects.toThrow(WriteError)
  })
})
