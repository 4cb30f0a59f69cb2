import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { mock } from "node:test";
import { ProcessIdentity } from "../../../provider/store/locks/processIdentity.js";
import type { Store, StoreEntry } from "../../../provider/store/store.js";
import { until } from "../support/waiting.js";

/** The task of a child process. */
export interface Task {
  readonly root: string;
  readonly keys: readonly string[];
  /** Pause after each file that `create` writes. */
  readonly pauseMs: number;
  /** A line is added for each run of `create`. */
  readonly log?: string;
}

/** One line of output of a child. */
export interface Answer {
  readonly ready?: number;
  readonly waits?: string;
  readonly message?: string;
  readonly error?: string;
  readonly key?: string;
  readonly created?: boolean;
  readonly files?: unknown;
}

/** The files that belong under a key, the same in every process: some small, one large enough to be cut short. */
export function contentOf(key: string): [string, Buffer][] {
  return [
    ["a.txt", Buffer.from(`a of ${key}`)],
    ["big.bin", Buffer.alloc(300_000, key)],
    ["folder/b.txt", Buffer.from(`b of ${key}`)],
    ["empty", Buffer.alloc(0)],
  ];
}

/** Writes them, as a `create` does. */
export async function writeContent(key: string, folder: string): Promise<void> {
  for (const [name, bytes] of contentOf(key)) {
    await fs.mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await fs.writeFile(path.join(folder, name), bytes);
  }
}

/** Gets the entry of a key and checks every byte of it. True when this call made it. */
export async function getContent(store: Store, key: string): Promise<boolean> {
  let made = 0;
  const { entry, created } = await store.getOrCreate("thing", key, async (folder) => {
    made++;
    await writeContent(key, folder);
    return { fact: key };
  });
  await requireContent(entry, key);
  assert.equal(created, made > 0);
  return created;
}

async function requireContent(entry: StoreEntry, key: string): Promise<void> {
  const names = contentOf(key).map(([name]) => name);
  assert.deepEqual(Object.keys(entry.files).sort(), names.sort());
  for (const [name, bytes] of contentOf(key)) assert.deepEqual(await fs.readFile(entry.file(name)), bytes);
}

/** A child process that runs `children/creator.ts`. */
export class Creator {
  readonly answers: Answer[] = [];
  readonly ended: Promise<number | null>;
  private readonly child;

  /** `wrapper`: a command that runs the child, such as a tracer. */
  constructor(task: Task, wrapper: readonly string[] = []) {
    const script = path.join(__dirname, "children", "creator.ts");
    const [command, ...args] = [...wrapper, process.execPath, "--import=tsx", script, JSON.stringify(task)];
    this.child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
    let text = "";
    this.child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      const lines = (text + chunk).split("\n");
      text = lines.pop()!;
      this.answers.push(...lines.map((line) => JSON.parse(line) as Answer));
    });
    this.ended = new Promise((resolve) => this.child.on("close", resolve));
  }

  async ready(): Promise<this> {
    await until("a child process is ready", () => this.answers.some((answer) => answer.ready !== undefined), 120);
    return this;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  go(): void {
    this.child.stdin.write("go\n");
  }

  kill(): void {
    this.child.kill("SIGKILL");
  }

  /** What it printed about its keys, after it succeeded. */
  async results(): Promise<Answer[]> {
    const code = await this.ended;
    if (code !== 0) throw new Error(`child ended with ${code}: ${JSON.stringify(this.answers)}`);
    return this.answers.filter((answer) => answer.key !== undefined);
  }
}

/** Names below the store's folder for work in progress; a missing folder counts as empty. */
export async function leftovers(root: string): Promise<string[]> {
  return fs.readdir(path.join(root, "v1", ".temporary")).catch(() => []);
}

/** Resolves when a wait of this process has looked several times who holds this lock. */
export async function looksAtLock(file: string): Promise<void> {
  const holder = await fs.readFile(file, "utf8");
  const { mock: looks } = mock.method(ProcessIdentity.prototype, "stateOf");
  const ofHolder = () => looks.calls.filter(({ arguments: [name] }) => name === holder);
  await until("it has looked at the lock several times", () => ofHolder().length > 3).finally(() => looks.restore());
}
