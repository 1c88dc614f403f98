import { isIPv6 } from 'node:net'
import type { CommandModule } from 'yargs'
import { UsageError } from '../core/errors.ts'
import { loadProfile, PROFILES } from '../simulator/profile.ts'
import { startSimulator } from '../simulator/server.ts'

interface Args {
  readonly profile: string
  readonly port: number
  readonly host: string | undefined
  readonly seed: number
  readonly truth: string | undefined
  readonly 'until-stdin-closes': boolean
}

/** `flowbench simulate`: a Dify of known speed, until it is told to stop. */
// biome-ignore lint/complexity/noBannedTypes: yargs wants {} for "no options from above"
export const simulateCommand: CommandModule<{}, Args> = {
  command: 'simulate [profile]',
  describe: 'serve a Dify workflow app of known speed',
  builder: (yargs) =>
    yargs
      .positional('profile', { type: 'string', default: 'llm', describe: `${PROFILES.join(', ')}, or the path of a profile` })
      .option('port', { type: 'number', default: 0, describe: 'port to listen on; 0 takes any that is free' })
      .option('host', { type: 'string', describe: 'address to listen on; loopback unless given' })
      .option('seed', { type: 'number', default: 1, describe: 'the same seed gives the same runs' })
      .option('truth', { type: 'string', describe: 'log here when each request came and each event left' })
      .option('until-stdin-closes', { type: 'boolean', default: false, hidden: true })
      .example('$0 simulate llm --port 5001', 'where Dify itself would listen')
      .example('$0 simulate ./my-profile.yaml --seed 7', 'your own profile, another set of runs')
      .example('$0 simulate flaky --truth truth.jsonl', 'every outcome, with a log to check counts against'),
  handler: simulate,
}

async function simulate({ profile: name, port, host, seed, truth, 'until-stdin-closes': untilStdinCloses }: Args): Promise<void> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageError(`--port ${port} is no port.`, 'Give a whole number from 0 to 65535.')
  if (!Number.isSafeInteger(seed)) throw new UsageError(`--seed ${seed} is no seed.`, 'Give a whole number.')
  const profile = loadProfile(name)
  // Handlers first: a signal that comes while the port is being opened must still end in a clean exit.
  const told = toldToEnd(untilStdinCloses ? 'signal-or-stdin' : 'signal')
  const simulator = await startSimulator({
    profile,
    port,
    seed,
    ...(host !== undefined && { host }),
    ...(truth !== undefined && { truthFile: truth }),
  })
  process.stdout.write(`Simulator (profile ${profile.name}) listening on ${simulator.url}\n`)
  if (host !== undefined && !isLoopback(host))
    process.stderr.write(`Warning: ${host} can be reached from other machines, and any API key is taken.\n`)
  if (!untilStdinCloses)
    process.stderr.write(`Any API key is taken. Counts: ${new URL('/simulator/stats', simulator.url)}. End with Ctrl-C.\n`)
  await told
  await simulator.close()
}

function toldToEnd(by: 'signal' | 'signal-or-stdin'): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
    if (by === 'signal') return
    process.stdin.on('end', resolve).on('close', resolve).on('error', resolve)
    process.stdin.resume()
  })
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || /^127\.\d+\.\d+\.\d+$/.test(host) || (isIPv6(host) && /^(0*:)*:?0*1$/.test(host))
}
