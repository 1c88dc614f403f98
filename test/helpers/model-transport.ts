import type { Clock } from '../../src/core/clock.ts'
import type { Mode } from '../../src/core/sample.ts'
import { createModel } from '../../src/simulator/model.ts'
import type { Profile } from '../../src/simulator/profile-schema.ts'
import type { Message } from '../../src/simulator/stage.ts'
import { eventText, PING, spacedJson } from '../../src/simulator/wire-json.ts'
import { JSON_TYPE, type SentRequest, STREAM, type VirtualTransport } from './virtual-transport.ts'

interface RunBody {
  readonly inputs: Readonly<Record<string, unknown>>
  readonly response_mode: Mode
  readonly user: string
}

/** A transport without a socket to the simulator's model of `profile`: queues, cores, pool and proxy, all in the time of `clock`. */
export function modelTransport(clock: Clock, profile: Profile, seed = 1): VirtualTransport {
  const model = createModel(profile, clock, { seed })
  const requests: SentRequest[] = []
  return {
    requests,
    close: () => {},
    send(request, sink) {
      const sent: SentRequest = { request, at: clock.now() }
      const connection = requests.push(sent) - 1
      const { inputs, response_mode: mode, user } = JSON.parse(request.body ?? '{}') as RunBody
      let [gone, answered] = [false, false]
      let leave = () => {}
      const bytes = (text: string, type: string, status = 200) => {
        if (!answered) sink.head({ status, headers: { 'content-type': type, 'transfer-encoding': 'chunked' } }, clock.now())
        answered = true
        sink.chunk(Buffer.from(text), clock.now())
      }
      const say = (message: Message) => {
        if (gone) return
        if (message.kind === 'ping') bytes(PING, STREAM)
        else if (message.kind === 'event') bytes(eventText(message.event), STREAM)
        else if (message.kind === 'reply') bytes(spacedJson(message.body), JSON_TYPE, message.status)
        else if (message.kind === 'end') sink.end(clock.now())
        else throw new Error(`no test needs ${message.kind}`)
      }
      clock.at(clock.now(), () => {
        if (gone) return
        sink.sent(clock.now(), { connection, reused: false })
        leave = model.begin({ mode, user, inputs }, { say }).leave
      })
      return () => {
        gone = true
        sent.cut ??= clock.now()
        leave()
      }
    },
  }
}
