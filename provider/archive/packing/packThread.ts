import { rmSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { nodeDeflate, pakoDeflate } from "../deflate.js";
import { PackHere } from "./packHere.js";
import { asPlain, type ThreadAnswer, type ThreadMessage, type ThreadTask } from "./threadMessages.js";

// A thread of `PackThreads`: does what it is told, one task after the other.
const { engine, suffix } = workerData as { readonly engine: string; readonly suffix: string };
const packer = new PackHere(engine === pakoDeflate.name ? pakoDeflate : nodeDeflate, suffix);

parentPort!.on("message", (task: ThreadMessage) => {
  const answer = (message: ThreadAnswer) => parentPort!.postMessage(message);
  run(task).then(
    (result) => answer({ id: task.id, result }),
    (error: unknown) => answer({ id: task.id, error: asPlain(error) }),
  );
});

async function run(task: ThreadTask): Promise<unknown> {
  if ("job" in task) return packer.pack(task.job);
  if ("pack" in task) return packer.finish(task.pack);
  rmSync(task.remove, { recursive: true, force: true });
  return undefined;
}
