import { createParser } from 'eventsource-parser'

/** No event of a workflow comes near this; without a bound a stream that never ends a line would eat the memory. */
const LONGEST_EVENT = 1024 * 1024

/** What cannot be an event stream any more. */
export interface StreamFault {
  readonly detail: string
}

export interface EventStream {
  /** Takes in the bytes of one read and gives each whole event's data to `onData`; a fault where the bytes are no event stream. */
  feed(bytes: Buffer): StreamFault | undefined
  /** `event: ping` lines so far: they have no data, so the standard drops them, yet they show life. */
  pings(): number
}

/** Looks at the end of the line without taking it, since it may begin the next match. */
const PING = /\nevent: ?ping(?=\r?\n)/g
const PING_LONGEST = '\nevent: ping\r\n'.length

/** Reads server-sent events by the standard. A character that two reads cut in half is put together again. */
export function createEventStream(onData: (data: string) => void): EventStream {
  const decoder = new TextDecoder()
  let fault: StreamFault | undefined
  let pings = 0
  let tail = '\n'

  const parser = createParser({
    maxBufferSize: LONGEST_EVENT,
    onEvent: ({ data }) => onData(data),
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') fault ??= { detail: `an event of more than ${LONGEST_EVENT} bytes` }
    },
  })

  function countPings(text: string): void {
    const seen = tail + text
    let end = 0
    for (const match of seen.matchAll(PING)) {
      pings++
      end = match.index + match[0].length
    }
    tail = seen.slice(Math.max(end, seen.length - PING_LONGEST))
  }

  return {
    feed(bytes) {
      if (fault) return fault
      const text = decoder.decode(bytes, { stream: true })
      countPings(text)
      parser.feed(text)
      return fault
    },
    pings: () => pings,
  }
}
