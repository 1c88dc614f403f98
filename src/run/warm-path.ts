import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '../core/clock.ts'
import type { Mode } from '../core/sample.ts'
import { seconds } from '../core/units.ts'
import { apiHeaders, runBody, runPath } from '../dify/request.ts'
import { createTransport } from '../http/connections.ts'
import { send } from './send.ts'

/** Exchanges sent to ourselves: enough for the first real one to run on compiled code. */
const EXCHANGES = 150
const AT_ONCE = 4
const LIMIT = seconds(5)

/**
 * Sends some runs over the whole client path to a socket of our own, on loopback and in this process: the first second of a cold path is 4
 * to 10 times as late as the rest, and no target should see that. Failures are of no consequence.
 */
export async function warmPath(clock: Clock): Promise<void> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const streaming = request.url?.endsWith('stream')
      response.setHeader('content-type', streaming ? 'text/event-stream; charset=utf-8' : 'application/json; charset=utf-8')
      response.end(streaming ? STREAM : REPLY)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const transport = createTransport({ origin: `http://127.0.0.1:${port}`, connections: 'reuse' }, clock, {
    opened: () => {},
    closed: () => {},
  })
  const one = (n: number, mode: Mode) =>
    new Promise<void>((resolve) => {
      const request = {
        method: 'POST',
        path: `/v1${runPath()}?${mode === 'streaming' ? 'stream' : ''}`,
        headers: apiHeaders(undefined, {}),
        body: runBody({ inputs: {}, mode, user: 'warm-up' }),
      } as const
      const limits = { connect: LIMIT, firstEvent: LIMIT, idle: LIMIT, timeout: LIMIT, linger: LIMIT }
      const sink = { ended: () => resolve(), closed: () => {} }
      send(
        { seq: n, phase: 'warm-path', n, inputSet: '', mode, intended: clock.now() },
        request,
        { transport, clock, limits, record: [] },
        sink,
      )
    })
  let sent = 0
  const slot = async () => {
    while (sent < EXCHANGES) await one(sent, sent++ % 2 === 0 ? 'streaming' : 'blocking')
  }
  await Promise.all(Array.from({ length: AT_ONCE }, slot))
  transport.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

const DATA = {
  id: 'r',
  workflow_id: 'w',
  status: 'succeeded',
  outputs: {},
  error: null,
  elapsed_time: 0.1,
  total_tokens: 1,
  total_steps: 1,
}
const event = (kind: string, data: unknown) => `data: ${JSON.stringify({ event: kind, workflow_run_id: 'r', task_id: 't', data })}\n\n`
const REPLY = JSON.stringify({ task_id: 't', workflow_run_id: 'r', data: DATA })
const STREAM = [
  'event: ping\n\n',
  event('workflow_started', { id: 'r', workflow_id: 'w' }),
  event('node_started', { id: 'n', node_id: 'n', node_type: 'llm', title: 'n' }),
  ...Array.from({ length: 10 }, (_, n) => event('text_chunk', { text: `piece ${n}` })),
  event('node_finished', {
    id: 'n',
    node_id: 'n',
    node_type: 'llm',
    title: 'n',
    status: 'succeeded',
    elapsed_time: 0.1,
    execution_metadata: null,
  }),
  event('workflow_finished', DATA),
].join('')
