import type { Cancel } from '../core/clock.ts'
import { type Micros, micros } from '../core/units.ts'
import type { Schedule } from './pace.ts'
import type { Message } from './stage.ts'
import { eventText, PING } from './wire-json.ts'

type Say = (message: Message, at: Micros) => void

const sizeOf = (message: Message): number => {
  if (message.kind === 'ping') return PING.length
  return message.kind === 'event' ? Buffer.byteLength(eventText(message.event)) : 0
}

/**
 * Stands between one run and its client: holds back what a stream says until it comes to `buffer` bytes or the stream ends, and hands all of
 * it on in one burst; with `every`, holds nothing longer than that. Without either it hands on everything at once.
 */
export function createProxy(
  { buffer, every }: { readonly buffer?: number | undefined; readonly every?: Micros | undefined },
  say: Say,
  schedule: Schedule,
): Say {
  if (buffer === undefined && every === undefined) return say
  const held: Message[] = []
  let bytes = 0
  let burst: Cancel | undefined

  function handOn(at: Micros): void {
    burst?.()
    burst = undefined
    bytes = 0
    for (const message of held.splice(0)) say(message, at)
  }

  return (message, at) => {
    held.push(message)
    bytes += sizeOf(message)
    const isPart = message.kind === 'ping' || message.kind === 'event'
    if (!isPart || bytes >= (buffer ?? Number.POSITIVE_INFINITY)) return handOn(at)
    if (every !== undefined) burst ??= schedule(micros(at + every), handOn)
  }
}
