import { existsSync, renameSync, writeFileSync } from 'node:fs'
import type { CommandModule } from 'yargs'
import { UsageError, WriteError } from '../core/errors.ts'
import { createRedactor } from '../core/redact.ts'
import { askApp } from '../run/ask-app.ts'
import { startSystemClock } from '../run/system-clock.ts'
import { cannotWrite, starterScenario } from '../scenario/starter.ts'
import { hostAsker } from './consent.ts'
import { scenarioOf } from './scenario-options.ts'
import { shown } from './secrets.ts'

interface InitArguments {
  readonly url?: string
  readonly out: string
  readonly force?: boolean
  readonly 'env-file'?: string
}

/** `flowbench init`: a commented scenario from what a live app says of itself. */
export const initCommand: CommandModule<unknown, InitArguments> = {
  command: 'init',
  describe: 'write a commented scenario from a live app',
  builder: (yargs) =>
    yargs
      .option('url', {
        type: 'string',
        requiresArg: true,
        describe: 'API base of the app; DIFY_URL unless given. The key comes from DIFY_API_KEY',
      })
      .option('out', { type: 'string', default: 'scenario.yaml', requiresArg: true, describe: 'file to write' })
      .option('force', { type: 'boolean', describe: 'where the file exists, rename it and write a new one' })
      .option('env-file', { type: 'string', requiresArg: true, describe: 'read environment variables from this file; the real ones win' })
      .example('$0 init --url http://127.0.0.1:5001/v1', 'asks the app for its inputs and writes scenario.yaml')
      .example('$0 init --out scenarios/translate.yaml', 'the app that DIFY_URL and DIFY_API_KEY name') as never,
  handler: init,
}

/** Stands for --url: read like a field of a scenario, so that it is refused in the same words. */
const FROM_ENVIRONMENT = `\${DIFY_URL:?the API base as Dify shows it, such as http://127.0.0.1:5001/v1; or use --url}`

async function init({ url = FROM_ENVIRONMENT, out, force = false, 'env-file': envFile }: InitArguments): Promise<void> {
  if (existsSync(out) && !force) throw alreadyThere(out)
  const { plan, apiKey, headers, env } = scenarioOf({ url, runs: 1, ...(envFile !== undefined && { 'env-file': envFile }) })
  const clock = startSystemClock()
  const ask = hostAsker(['init asks the app what inputs it takes, and runs nothing.'], 'May it be asked?')
  const options = { apiKey, headers, env, clock, ask, peak: { perSecond: 0, inFlight: 1 } }
  const { info, variables, version, host } = await askApp(plan, options).finally(() => clock.close())
  const text = starterScenario({
    url: plan.target.url ?? url,
    app: info,
    variables,
    version,
    file: out,
    host: host.loopback ? undefined : host.name,
  })
  // A server may send back what it was sent, and the file may be shown around.
  const moved = write(out, createRedactor([apiKey ?? ''])(text))
  if (moved !== undefined) tell(`The file that was there is now ${moved}.`)
  process.stdout.write(`${out}\n`)
  const missing = cannotWrite(variables).map(({ variable }) => variable)
  if (missing.length > 0) tell(`Give these a value first, no example could be made up: ${missing.join(', ')}.`)
  tell(`Next: flowbench check ${out}`)
}

const tell = (text: string) => void process.stderr.write(`${shown(text).replace(/\p{Cc}+/gu, ' ')}\n`)

/** Writes a file that must not exist; one that does is renamed first. Gives its new name. */
function write(file: string, text: string): string | undefined {
  try {
    const moved = existsSync(file) ? freeName(file) : undefined
    if (moved !== undefined) renameSync(file, moved)
    // wx: what came to be there since is not overwritten either.
    writeFileSync(file, text, { flag: 'wx' })
    return moved
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') throw alreadyThere(file)
    throw new WriteError(
      `The scenario cannot be written to ${file} (${code}).`,
      'Check that its folder exists and that you may write there, or name another file with --out.',
      { cause: error },
    )
  }
}

const alreadyThere = (file: string) =>
  new UsageError(
    `${file} is already there, and init overwrites nothing.`,
    'Name another file with --out, or use --force to rename the old one.',
  )

function freeName(file: string): string {
  const names = [`${file}.old`, ...Array.from({ length: 1000 }, (_, n) => `${file}.old-${n + 2}`)]
  const free = names.find((name) => !existsSync(name))
  if (free === undefined) throw alreadyThere(file)
  return free
}
