import { readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse, YAMLParseError } from 'yaml'
import { UsageError } from '../core/errors.ts'
import { type Profile, profileSchema } from './profile-schema.ts'

export type { Profile } from './profile-schema.ts'

const FOLDER = fileURLToPath(new URL('../../scenarios/simulator/', import.meta.url))

/** The profiles that come with flowbench, by name. */
export const PROFILES = [
  'steady',
  'instant',
  'fixed',
  'llm',
  'saturating',
  'connections',
  'cpu',
  'database-pool',
  'limited',
  'proxied',
  'slow-node',
  'branches',
  'iterations',
  'retries',
  'drifting',
  'flaky',
  'stall',
  'documents',
  'two-processes',
] as const

/** Reads a profile by its name or by the path of a YAML file. Throws a UsageError that names file and field. */
export function loadProfile(nameOrPath: string): Profile {
  const isPath = /[\\/.]/.test(nameOrPath)
  if (!isPath && !PROFILES.some((name) => name === nameOrPath))
    throw new UsageError(
      `There is no simulator profile ${JSON.stringify(nameOrPath)}.`,
      `Take one of ${PROFILES.join(', ')}, or write the path of a YAML file, such as ./${nameOrPath}.yaml.`,
    )
  const file = isPath ? resolve(nameOrPath) : `${FOLDER}${nameOrPath}.yaml`
  return parseProfile(read(file, nameOrPath), basename(file).replace(/\.ya?ml$/, ''), isPath ? nameOrPath : `${nameOrPath}.yaml`)
}

/** Reads the text of a profile. `file` is how errors call it. */
export function parseProfile(text: string, name: string, file: string): Profile {
  const result = profileSchema.safeParse(readYaml(text, file))
  if (result.success) return { ...result.data, name }
  const problems = result.error.issues.map(({ path, message }) => `${file}: ${path.join('.') || 'the profile'}: ${message}`)
  throw new UsageError(problems.join('\n'), 'The fields of a profile are described in docs/reference/simulator.md.')
}

function read(file: string, asked: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message
    throw new UsageError(
      `The simulator profile ${asked} cannot be read: ${reason}.`,
      `Check the path, or take one of ${PROFILES.join(', ')}.`,
      { cause: error },
    )
  }
}

function readYaml(text: string, file: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 })
  } catch (error) {
    if (!(error instanceof YAMLParseError) && !(error instanceof ReferenceError)) throw error
    const place = error instanceof YAMLParseError && error.linePos ? `:${error.linePos[0].line}:${error.linePos[0].col}` : ''
    throw new UsageError(`${file}${place}: ${error.message.split('\n')[0]}`, 'Mend the YAML and start again.', { cause: error })
  }
}
