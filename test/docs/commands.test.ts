import { existsSync, readdirSync } from 'node:fs'
import { afterEach, describe, expect, test, vi } from 'vitest'
import yargs, { type Argv, type CommandModule } from 'yargs'
import { runProgram } from '../../src/cli/program.ts'
import { commands, firstCells, PAGES, page, section } from './markdown.ts'

const COMMANDS: readonly CommandModule[] = (
  await Promise.all(
    readdirSync('src/cli')
      .filter((file) => file.endsWith('.ts'))
      .map(async (file) => Object.entries((await import(`../../src/cli/${file}`)) as Record<string, unknown>)),
  )
)
  .flat()
  .filter(([name]) => name.endsWith('Command'))
  .map(([, command]) => command as CommandModule)

const nameOf = ({ command }: CommandModule): string => String(command).split(' ')[0] ?? ''

/** Options that a command has of its own, but for those that are hidden. */
function optionsOf(command: CommandModule): readonly string[] {
  const built = (command.builder as (argv: Argv) => Argv)(yargs([]))
  const { key, hiddenOptions } = (built as unknown as { getOptions(): { key: Record<string, true>; hiddenOptions: string[] } }).getOptions()
  const positionals = [...String(command.command).matchAll(/[[<](\w+)/g)].map(([, name]) => name)
  return Object.keys(key).filter((name) => ![...hiddenOptions, ...positionals, 'help', 'version'].includes(name))
}

const reference = page('docs/reference/commands.md')

describe('the page of commands', () => {
  test('knows of every command, and of no other', () => {
    const headings = [...reference.text.matchAll(/^## ([a-z]+)$/gm)].map(([, name]) => name)
    expect(headings.toSorted()).toEqual([...COMMANDS.map(nameOf), 'completion'].toSorted())
  })

  test.each(COMMANDS.map((command) => [nameOf(command), command] as const))('names every option of %s, and no other', (name, command) => {
    const named = new Set([...section(reference, name).matchAll(/`--([a-z-]+)`/g)].map(([, option = '']) => option))
    expect([...named].toSorted()).toEqual(optionsOf(command).toSorted())
  })

  test('names the options that every command has', () => {
    expect(firstCells(section(reference, 'For every command'))).toEqual(['--help', '-h', '--version', '--color', '--no-color'])
  })
})

const ENVIRONMENT = { DIFY_URL: 'http://127.0.0.1:5001/v1', DIFY_API_KEY: 'app-of-a-test' } as const
const expanded = (word: string) => word.replace(/\$(DIFY_\w+)/g, (_, name: keyof typeof ENVIRONMENT) => ENVIRONMENT[name])

const printed = PAGES.flatMap((of) =>
  commands(of).map(({ words, answer }) => ({ path: of.path, line: words.join(' '), words: words.map(expanded), answer })),
).filter(({ words }) => words[0] !== 'completion')

/** What decides what comes out, not what runs. */
const OUTPUT = ['--out', '--format', '--truth']
const OUTPUT_WORDS = ['--quiet', '--json']

function planOnly([, ...words]: readonly string[]): readonly string[] {
  const kept = words.filter((word, index) => ![...OUTPUT, ...OUTPUT_WORDS].includes(word) && !OUTPUT.includes(words[index - 1] ?? ''))
  return ['check', '--offline', ...kept.filter((word) => word !== '--offline')]
}

describe('commands that pages print', () => {
  afterEach(() => {
    vi.restoreAllMocks()
    vi.unstubAllEnvs()
  })

  test('there are some', () => {
    expect(printed.length).toBeGreaterThan(10)
  })

  test.each(printed)('$path: flowbench $line is one that flowbench takes', async ({ words }) => {
    const strict = COMMANDS.reduce((argv, command) => argv.command({ ...command, handler: () => {} }), yargs([...words]))
    await strict
      .exitProcess(false)
      .option('color', { type: 'boolean' })
      .strict()
      .fail((message, error) => {
        throw error ?? new Error(message)
      })
      .showHelpOnFail(false)
      .help(false)
      .parseAsync()
  })

  /** Files that the reader is to write do not exist here. */
  const complete = (words: readonly string[]) => words.every((word) => !word.endsWith('.yaml') || existsSync(word))
  const scenarios = printed.filter(({ words }) => ['run', 'check'].includes(words[0] ?? '') && complete(words))
  test.each(scenarios)('$path: flowbench $line makes a plan, or is refused as the page says', async ({ words, answer }) => {
    for (const [name, value] of Object.entries(ENVIRONMENT)) vi.stubEnv(name, value)
    const out = vi.spyOn(process.stdout, 'write').mockImplementation(() => true)
    const refusal = await runProgram(planOnly(words)).then(
      () => undefined,
      (error: Error) => error.message,
    )
    expect(refusal).toBe(answer)
    if (answer === undefined) expect(out.mock.calls.join('')).toContain('scenario')
  })
})
