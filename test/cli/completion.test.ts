import { afterEach, expect, test, vi } from 'vitest'
import { runProgram } from '../../src/cli/program.ts'

const shell = process.env['SHELL']
afterEach(() => {
  vi.restoreAllMocks()
  if (shell === undefined) delete process.env['SHELL']
  else process.env['SHELL'] = shell
})

async function said(words: readonly string[]): Promise<string> {
  const lines: string[] = []
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
  await runProgram(words)
  return lines.join('\n')
}

test.each([
  ['/bin/bash', /complete -o bashdefault -o default -F _flowbench_yargs_completions flowbench/],
  ['/bin/zsh', /#compdef flowbench/],
])('completion prints a script for %s', async (path, script) => {
  process.env['SHELL'] = path
  expect(await said(['completion'])).toMatch(script)
})

test('a shell that asks is told every command, and of a command its options', async () => {
  process.env['SHELL'] = '/bin/bash'
  expect((await said(['--get-yargs-completions', 'flowbench', ''])).split('\n')).toEqual(
    expect.arrayContaining(['run', 'merge', 'history', 'completion']),
  )
  expect((await said(['--get-yargs-completions', 'flowbench', 'merge', '--f'])).split('\n')).toContain('--format')
})
