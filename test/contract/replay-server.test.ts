import { request } from 'node:http'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { bodyOf, readRecording, recordingNames } from '../helpers/recordings.ts'
import { cutAt, type ReplayServer, rawReply, replaySchedule, replayServer } from '../helpers/replay-server.ts'

/** What a client that knows nothing of Dify gets to see. */
function fetched(server: ReplayServer, name: string) {
  return new Promise<{ status?: number; rawHeaders?: string[]; body: Buffer; error?: string }>((resolve) => {
    const body: Buffer[] = []
    const asked = request(`${server.baseUrl(name)}/workflows/run`, { method: 'POST', agent: false }, (reply) => {
      const seen = { status: reply.statusCode!, rawHeaders: reply.rawHeaders }
      reply.on('data', (bytes) => body.push(bytes))
      reply.on('end', () => resolve({ ...seen, body: Buffer.concat(body) }))
      reply.on('error', (error: NodeJS.ErrnoException) => resolve({ ...seen, body: Buffer.concat(body), error: error.code! }))
    })
    asked.on('error', (error: NodeJS.ErrnoException) => resolve({ body: Buffer.concat(body), error: error.code! }))
    asked.end('{}')
  })
}

/** The reads of a plain socket, until the reply has been silent for a while. */
function reads(server: ReplayServer, name: string): Promise<readonly Buffer[]> {
  const { pathname, port } = new URL(server.baseUrl(name))
  return new Promise((resolve) => {
    const seen: Buffer[] = []
    const socket = connect(Number(port), '127.0.0.1', () =>
      socket.write(`POST ${pathname}/workflows/run HTTP/1.1\r\nContent-Length: 0\r\n\r\n`),
    )
    socket.on('data', (bytes) => {
      seen.push(bytes)
      if (Buffer.concat(seen).includes('0\r\n\r\n')) socket.destroy()
    })
    socket.on('close', () => resolve(seen))
  })
}

test('a replay has status, header order, body and end of the recording', async () => {
  const server = await replayServer({ longestGap: 200, shortened: 20 })
  const names = recordingNames().filter((name) => readRecording(name).response.end !== 'client closed')
  await Promise.all(
    names.map(async (name) => {
      const { head, end } = readRecording(name).response
      const seen = await fetched(server, name)
      expect(seen.status, name).toBe(head?.status)
      if (head) expect(seen.rawHeaders, name).toEqual(head.headers.flat())
      expect(seen.body, name).toEqual(bodyOf(readRecording(name)))
      expect(seen.error, name).toBe(end === 'eof' ? 'ECONNRESET' : undefined)
    }),
  )
  await server.close()
})

test('pieces are separate reads, and together the same bytes', async () => {
  const name = 'run-streaming-success'
  const raw = Buffer.concat(rawReply(readRecording(name).response).map(({ bytes }) => bytes))
  const server = await replayServer({ cut: 16 })
  const seen = await reads(server, name)
  expect(Buffer.concat(seen)).toEqual(raw)
  expect(seen.length).toBeGreaterThan(raw.length / 16 / 2)
  await server.close()
})

test('a silence over two seconds is shortened, all others are kept', () => {
  const { pieces, endAt } = replaySchedule(readRecording('run-streaming-ping-12s').response)
  const recorded = rawReply(readRecording('run-streaming-ping-12s').response)
  expect(pieces[1]!.at).toBe(recorded[1]!.at)
  const [beforePing, ping] = [pieces[4]!.at, pieces.find(({ at, bytes }) => at > 100 && bytes.includes('event: ping'))!.at]
  expect(ping - pieces.filter(({ at }) => at < ping).at(-1)!.at).toBe(150)
  expect(beforePing).toBe(recorded[4]!.at)
  expect(endAt - pieces.at(-2)!.at).toBeCloseTo(readRecording('run-streaming-ping-12s').response.endAt - recorded.at(-2)!.at)
})

test('cutting leaves nothing out and nothing empty', () => {
  const bytes = Buffer.from('abcdefg')
  expect(cutAt(bytes, 3).map(String)).toEqual(['abc', 'def', 'g'])
  expect(cutAt(bytes, [5, 2, 2, 0, 7, 99]).map(String)).toEqual(['ab', 'cde', 'fg'])
  expect(cutAt(bytes, []).map(String)).toEqual(['abcdefg'])
})
