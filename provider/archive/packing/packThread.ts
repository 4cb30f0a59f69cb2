import { parentPort, workerData } from "node:worker_threads";
import { removeTree } from "../../lib/removeTree.js";
import type { Deflate } from "../deflate.js";
import { deflateNamed } from "../officialDeflate.js";
import { PackHere } from "./packHere.js";
import { asPlain, type ThreadAnswer, type ThreadMessage, type ThreadTask } from "./threadMessages.js";

// A thread of `PackThreads`: does what it is told, one task after the other.
const { engine, suffix } = workerData as { readonly engine: Deflate["name"]; readonly suffix: string };
const ready = deflateNamed(engine).then((deflate) => new PackHere(deflate, suffix));

parentPort!.on("message", (task: ThreadMessage) => {
  const answer = (message: ThreadAnswer) => parentPort!.postMessage(message);
  run(task).then(
    (result) => answer({ id: task.id, result }),
    (error: unknown) => answer({ id: task.id, error: asPlain(error) }),
  );
});

async function run(task: ThreadTask): Promise<unknown> {
  const packer = await ready;
  if ("job" in task) return packer.pack(task.job);
  if ("pack" in task) return packer.finish(task.pack);
  removeTree(task.remove);
  return undefined;
}
