import { parentPort } from 'node:worker_threads'
import { doTask, type Task } from './tasks.ts'

/** A thread that does one task after another. */
parentPort?.on('message', (task: Task) => {
  void doTask(task).then((counts) => parentPort?.postMessage(counts))
})
