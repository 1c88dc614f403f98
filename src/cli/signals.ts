import type { ExecuteSignals } from '../run/execute.ts'

export interface RunSignals extends ExecuteSignals {
  /** Stops sending as a first signal would, for a reason of our own. */
  readonly stopNow: () => void
  /** Takes the handlers away again. */
  release(): void
}

/** A wrapper and its terminal may both pass on one key press: what comes this close behind the first is the same one. */
const SAME_PRESS_MS = 250
const CAUGHT = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The first signal stops sending and drains, the second gives up what is under way, the third ends the process. */
export function listenForSignals(tell: (text: string) => void): RunSignals {
  const [stop, abort] = [new AbortController(), new AbortController()]
  let name: string | undefined
  let last = Number.NEGATIVE_INFINITY
  const heard = (signal: NodeJS.Signals) => {
    const now = performance.now()
    if (now - last < SAME_PRESS_MS) return
    last = now
    if (!stop.signal.aborted || name === undefined) {
      name = signal
      tell('Stopping: nothing more is sent; what is under way drains. Ctrl-C again gives it up.')
      stop.abort()
    } else if (!abort.signal.aborted) {
      tell('Giving up what is under way …')
      abort.abort()
    } else process.kill(process.pid, 'SIGKILL')
  }
  for (const signal of CAUGHT) process.on(signal, heard)
  return {
    stop: stop.signal,
    abort: abort.signal,
    name: () => name,
    stopNow: () => stop.abort(),
    release() {
      for (const signal of CAUGHT) process.removeListener(signal, heard)
    },
  }
}
