import { type MessagePort, workerData } from 'node:worker_threads'

/** `shared`: the moment of the next alarm (µs of hrtime; infinite for none), then a bell that is rung when it changes; -1 ends the thread. */
const { port, moment, bell } = workerData as { port: MessagePort; moment: Float64Array; bell: Int32Array }

for (;;) {
  const rung = Atomics.load(bell, 0)
  if (rung < 0) break
  const at = moment[0]!
  const wait = at === Number.POSITIVE_INFINITY ? at : (at - Number(process.hrtime.bigint()) / 1e3) / 1e3
  if (wait > 0) {
    Atomics.wait(bell, 0, rung, wait)
    continue
  }
  // One message per alarm: the next one is due only once the other side has set it and rung.
  port.postMessage(undefined)
  Atomics.wait(bell, 0, rung)
}
port.close()
