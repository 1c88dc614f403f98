import { runProgram } from './cli/program.ts'
import { shown } from './cli/secrets.ts'
import { EXIT, HarnessError } from './core/errors.ts'

/** What a person can mend is told in two lines; everything else is a bug and comes with its stack. */
function tell(error: unknown): void {
  if (error instanceof HarnessError) {
    process.stderr.write(`${shown(error.message)}\n${shown(error.hint)}\n`)
    process.exitCode = error.exitCode
    return
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(
    `${shown(stack)}\nThis is a bug in flowbench. Please report it with the lines above; a run folder that was begun can be read with \`flowbench report\`.\n`,
  )
  process.exitCode = EXIT.bug
}

// A reader that closed its end (`| head`) has seen enough: that is no failure of the run.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return
  process.stderr.write(`The result could not be written to stdout (${error.code}). The run folder holds it all the same.\n`)
  if (Number(process.exitCode ?? 0) < EXIT.interrupted) process.exitCode = EXIT.notWritten
})
process.stderr.on('error', () => {})
for (const kind of ['uncaughtException', 'unhandledRejection'] as const)
  process.on(kind, (error: unknown) => {
    tell(error)
    // After a bug nothing can be relied on, not even that the run would end.
    process.exit(EXIT.bug)
  })

// The launcher in bin/ keeps a channel to this process: where it is killed, the load must not go on without it.
if (process.channel) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel.unref()
}

await runProgram(process.argv.slice(2)).catch(tell)
