import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Counts, Task } from './tasks.ts'

/** Does the tasks on every core; what each gave, in their order. `told` is called after each. */
export async function doAll(tasks: readonly Task[], told: (done: number) => void): Promise<readonly Counts[]> {
  const results: Counts[] = []
  let [next, done] = [0, 0]
  const lane = async () => {
    const worker = new Worker(new URL('worker.ts', import.meta.url))
    try {
      while (next < tasks.length) {
        const index = next++
        results[index] = await ask(worker, tasks[index]!)
        told(++done)
      }
    } finally {
      await worker.terminate()
    }
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), tasks.length) }, lane))
  return results
}

function ask(worker: Worker, task: Task): Promise<Counts> {
  const { promise, resolve, reject } = Promise.withResolvers<Counts>()
  worker.once('message', resolve).once('error', reject)
  worker.postMessage(task)
  return promise.finally(() => worker.off('message', resolve).off('error', reject))
}
