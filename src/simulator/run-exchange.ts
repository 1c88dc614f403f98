import type { ServerResponse } from 'node:http'
import type { Mode } from '../core/sample.ts'
import type { TruthLine } from '../core/truth.ts'
import type { RunObserver } from './model.ts'
import { cuttingWriter, wholeWriter } from './pieces.ts'
import { answerHead, blockingAnswer, json, sendAnswer, streamHead } from './replies.ts'
import type { RunRecord } from './run-record.ts'
import type { Message } from './stage.ts'
import { eventText, PING } from './wire-json.ts'

/** Plays what the model says of a run onto a response, and keeps when each part left. */
export interface RunExchange extends RunObserver {
  /** What left so far, and when. */
  readonly left: TruthLine['events']
}

const monotonic = () => Number(process.hrtime.bigint() / 1000n)

/** `over` is called once, when run and exchange are both over. */
export function createRunExchange(
  response: ServerResponse,
  {
    mode,
    cut,
    connection,
    over,
  }: {
    readonly mode: Mode
    /** Bytes per piece of a stream, where it is cut. */
    readonly cut: number | undefined
    /** Whether the connection carried an exchange before. */
    readonly connection: 'fresh' | 'reused'
    readonly over: (record: RunRecord) => void
  },
): RunExchange {
  // Whatever a socket does once its client has gone is of no concern.
  response.on('error', () => {})
  const left: { kind: string; at: number }[] = []
  const body = cut === undefined ? wholeWriter(response) : cuttingWriter(response, cut)
  const leaves = (kind: string) => () => void left.push({ kind, at: monotonic() })

  function stream(text: string, kind: string): void {
    if (!response.headersSent) streamHead(response)
    body.write(text, leaves(kind))
  }

  function reset(by: 'fin' | 'rst'): void {
    const socket = response.socket
    if (!socket || socket.destroyed) return
    const cutOff = () => {
      leaves('reset')()
      if (by === 'rst') socket.resetAndDestroy()
      else socket.destroy()
    }
    // What was written in this turn is still corked: it has to be out before the cut, or a run that started would look as if it had not.
    const afterWrites = () => setImmediate(() => socket.write('', cutOff))
    if (response.headersSent) return void afterWrites()
    if (connection === 'fresh') return cutOff()
    // A reused connection that ends without a byte is a keep-alive race to a client: this one has to be seen as ended in mid-reply.
    if (mode === 'streaming') {
      streamHead(response)
      response.write(PING)
    } else {
      answerHead(response, { ...blockingAnswer({}), body: ' '.repeat(400) })
      response.write('{"task_id": ')
    }
    afterWrites()
  }

  function nonsense(form: 'first' | 'second'): void {
    if (form === 'second') {
      leaves('nonsense')()
      return sendAnswer(response, { status: 200, type: 'text/html; charset=utf-8', body: '<html>It works!</html>\n', from: 'page' })
    }
    if (mode === 'streaming') return stream('data: {"event":"workflow_started","workflow_run_id":\n\n', 'nonsense')
    leaves('nonsense')()
    sendAnswer(response, { ...blockingAnswer({}), body: '{"task_id": "' })
  }

  return {
    left,
    over,
    say(message: Message) {
      if (response.destroyed) return
      switch (message.kind) {
        case 'ping':
          return stream(PING, 'ping')
        case 'event':
          return stream(eventText(message.event), message.name)
        case 'reply':
          leaves('reply')()
          return sendAnswer(response, message.status === 200 ? blockingAnswer(message.body) : json(message.body, message.status))
        case 'nonsense':
          return nonsense(message.form)
        case 'end':
          return body.afterwards(() => {
            if (response.writableEnded) return
            leaves('end')()
            response.end()
          })
        case 'reset':
          return body.afterwards(() => reset(message.by))
      }
    },
  }
}
