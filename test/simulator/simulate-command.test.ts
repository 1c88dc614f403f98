import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { get, rawCall } from './raw-call.ts'

const children: ChildProcess[] = []
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
})

/** The command in a process of its own, by its module alone. */
function simulate(...flags: string[]) {
  const command = fileURLToPath(new URL('../../src/cli/simulate.ts', import.meta.url))
  const script = `
    import yargs from 'yargs'
    const { simulateCommand } = await import(${JSON.stringify(command)})
    await yargs(process.argv.slice(1)).command(simulateCommand).fail((message, error) => {
      process.stderr.write(\`\${error?.name} \${error?.exitCode} \${error?.message ?? message}\\n\`)
      process.exitCode = error?.exitCode ?? 70
    }).parseAsync().catch(() => {})`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, 'simulate', ...flags], { stdio: 'pipe' })
  children.push(child)
  const output = { out: '', err: '' }
  child.stdout.on('data', (data) => {
    output.out += data
  })
  child.stderr.on('data', (data) => {
    output.err += data
  })
  const listening = async () => {
    while (!output.out.includes('\n')) await once(child.stdout, 'data')
    return /listening on (\S+)/.exec(output.out)![1]!
  }
  return { child, output, listening, exited: once(child, 'close') }
}

describe('simulate', () => {
  it('says in one line on stdout where it listens, and SIGTERM ends it cleanly', async () => {
    const { child, output, listening, exited } = simulate('steady')
    const url = await listening()
    expect(JSON.parse((await rawCall(url, get('/v1/info'))).body)).toMatchObject({ name: 'steady', mode: 'workflow' })
    child.kill('SIGTERM')
    expect((await exited)[0]).toBe(0)
    expect(output.out).toMatch(/^Simulator \(profile steady\) listening on http:\/\/127\.0\.0\.1:\d+\/v1\n$/)
  })

  it('ends when its standard input does, where it is told so', async () => {
    const { child, listening, exited } = simulate('steady', '--until-stdin-closes')
    await listening()
    child.stdin.end()
    expect((await exited)[0]).toBe(0)
  })

  it('refuses a profile that there is not, as an error of usage', async () => {
    const { output, exited } = simulate('stedy')
    expect((await exited)[0]).toBe(2)
    expect(output.err).toContain('UsageError 2 There is no simulator profile "stedy".')
    expect(output.out).toBe('')
  })
})
