import { type MessagePort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import type { MetronomeOrder } from './metronome.ts'

const { port, doorbell, zero } = workerData as { port: MessagePort; doorbell: Int32Array; zero: bigint }
const now = () => Number(process.hrtime.bigint() - zero) / 1e3

/** Sleepers by time, the latest first, so that the next one is taken off the end. */
const sleepers: { id: number; at: number }[] = []

function insert(sleeper: { id: number; at: number }): void {
  let index = sleepers.length
  while (index > 0 && sleepers[index - 1]!.at < sleeper.at) index--
  sleepers.splice(index, 0, sleeper)
}

/** False once the main thread is done with us. */
function takeOrders(): boolean {
  for (let message = receiveMessageOnPort(port); message; message = receiveMessageOnPort(port)) {
    const order = message.message as MetronomeOrder
    if ('end' in order) return false
    if ('forget' in order) {
      const index = sleepers.findIndex(({ id }) => id === order.forget)
      if (index >= 0) sleepers.splice(index, 1)
    } else insert(order)
  }
  return true
}

for (;;) {
  const rung = Atomics.load(doorbell, 0)
  if (!takeOrders()) break
  for (let next = sleepers.at(-1); next && next.at <= now(); next = sleepers.at(-1)) {
    sleepers.pop()
    port.postMessage(next.id)
  }
  const next = sleepers.at(-1)
  Atomics.wait(doorbell, 0, rung, next ? Math.max(0, (next.at - now()) / 1e3) : Number.POSITIVE_INFINITY)
}
port.close()
