import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { TargetError } from '../core/errors.ts'

export interface SimulatorProcess {
  /** API base, such as `http://127.0.0.1:43117/v1`. */
  readonly url: string
  readonly pid: number
  /** Ends it and resolves once it is gone. */
  stop(): Promise<void>
}

const START_LIMIT_MS = 15_000
const STOP_LIMIT_MS = 3_000

/**
 * The built-in simulator with a profile, in a process of its own, so that its work is not done on the generator's thread. It ends when its
 * standard input does: however this process dies, the simulator does not outlive it. Throws a TargetError where it does not come up.
 */
export async function startSimulatorProcess(
  profile: string,
  {
    seed,
    truthFile,
    signal,
  }: { readonly seed: number; readonly truthFile?: string | undefined; readonly signal?: AbortSignal | undefined },
): Promise<SimulatorProcess> {
  const main = fileURLToPath(new URL(`../main.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url))
  const flags = ['simulate', profile, '--seed', String(seed), '--until-stdin-closes', ...(truthFile ? ['--truth', truthFile] : [])]
  const child = spawn(process.execPath, [main, ...flags], { stdio: ['pipe', 'pipe', 'pipe'], env: scrubbedEnvironment(), detached: true })
  child.stdin?.on('error', () => {})
  const url = await listening(child, signal)
  child.unref()
  return {
    url,
    pid: child.pid ?? -1,
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve()
        const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS)
        child.once('exit', () => {
          clearTimeout(impatience)
          resolve()
        })
        child.ref()
        child.stdin?.end()
      }),
  }
}

/** A child needs to know where things are, not what the key is. */
function scrubbedEnvironment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LANG', 'LC_ALL', 'TZ', 'NO_COLOR']
  return Object.fromEntries(kept.filter((name) => process.env[name] !== undefined).map((name) => [name, process.env[name]]))
}

function listening(child: ChildProcess, signal: AbortSignal | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = ''
    let complaint = ''
    const timer = setTimeout(() => fail('it did not say where it listens'), START_LIMIT_MS)
    const fail = (why: string) => {
      clearTimeout(timer)
      child.kill('SIGKILL')
      reject(
        new TargetError(
          `The built-in simulator did not start: ${why}.`,
          'Try `flowbench simulate` with the same profile to see what it says.',
        ),
      )
    }
    if (signal?.aborted) return fail('it was stopped')
    signal?.addEventListener('abort', () => fail('it was stopped'), { once: true })
    child.once('error', (error) => fail(error.message))
    child.once('exit', (code) => fail(complaint.trim() || `it ended with code ${code}`))
    child.stderr?.on('data', (data: Buffer) => {
      complaint = (complaint + data.toString()).slice(-2000)
    })
    child.stdout?.on('data', (data: Buffer) => {
      out += data.toString()
      const url = /listening on (\S+)/.exec(out)?.[1]
      if (!url) return
      clearTimeout(timer)
      child.removeAllListeners('exit')
      resolve(url)
    })
  })
}
