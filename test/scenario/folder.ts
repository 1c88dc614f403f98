import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'
import { type LoadOptions, loadScenario } from '../../src/scenario/load-scenario.ts'
import { ScenarioError } from '../../src/scenario/problem.ts'

/** A folder of files by name, removed after the tests of the file. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'flowbench-scenario-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

/** The least that a scenario needs. */
export const LEAST = 'target: { simulator: llm }\nload: [{ rate: 1/s, for: 1s }]\n'

let count = 0
const shared = folderWith({})

/** Loads a scenario given as text. */
export function load(text: string | Uint8Array, { env = {}, seed = 1, ...options }: Partial<LoadOptions> & { readonly arm?: string } = {}) {
  const file = join(shared, `scenario-${count++}.yaml`)
  writeFileSync(file, text)
  return loadScenario(file, { env, seed, ...options })
}

/** The error that loading throws; fails the test where it throws none. */
export function refusal(text: string | Uint8Array, options?: Partial<LoadOptions>): ScenarioError {
  return scenarioErrorOf(() => load(text, options))
}

/** The `ScenarioError` that `action` throws. */
export function scenarioErrorOf(action: () => unknown): ScenarioError {
  try {
    action()
  } catch (error) {
    if (error instanceof ScenarioError) return error
    throw error
  }
  throw new Error('expected a ScenarioError, but nothing was thrown')
}
