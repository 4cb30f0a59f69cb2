import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Store, type StoreEntry } from "../../../../provider/store/store.js";
import { contentOf, type Task } from "../contents.js";

/*
 * A process that works on a store: says "ready", waits for one line on stdin, does what `Task` (JSON in argv) says, and
 * writes one JSON line for each key.
 */
const task = JSON.parse(process.argv[2]!) as Task;
const store = new Store(task.root, {
  reporter: { progress() {}, warn: (message) => console.log(JSON.stringify({ message })) },
});

async function create(key: string, folder: string): Promise<unknown> {
  if (task.log) appendFileSync(task.log, `${key} ${process.pid}\n`);
  for (const [name, bytes] of contentOf(key)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), bytes);
    await sleep(task.pauseMs);
  }
  return { fact: key };
}

async function main(): Promise<void> {
  const entries: StoreEntry[] = [];
  for (const key of task.keys) {
    const onWait = () => console.log(JSON.stringify({ waits: key }));
    const { entry, created } = await store.getOrCreate("thing", key, (folder) => create(key, folder), { onWait });
    console.log(JSON.stringify({ key, created, files: entry.files, meta: entry.meta }));
    entries.push(entry);
  }
  // All that this process got must still be there: it is in use until the process ends.
  for (const [i, entry] of entries.entries()) {
    for (const [name, bytes] of contentOf(task.keys[i]!)) {
      if (!readFileSync(entry.file(name)).equals(bytes)) throw new Error(`${entry.file(name)} has other bytes`);
    }
  }
}

process.stdin.once("data", () => {
  process.stdin.unref();
  main().catch((error: unknown) => {
    console.log(JSON.stringify({ error: String(error) }));
    process.exit(1);
  });
});
console.log(JSON.stringify({ ready: process.pid }));
