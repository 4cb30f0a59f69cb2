import * as path from "node:path";
import type { Worker } from "node:worker_threads";
import { UvLambdaError } from "../../lib/errors.js";
import type { Deflate } from "../deflate.js";
import { officialDeflate } from "../officialDeflate.js";
import type { PackedContent, Packer, PackJob, WrittenFile } from "./packer.js";
import { fromPlain, type ThreadAnswer, type ThreadTask } from "./threadMessages.js";

interface Call {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  /** By the number of the task. */
  readonly calls: Map<number, Call>;
  /** Why it no longer works. */
  failure?: Error;
}

interface Prepared {
  readonly engine: Deflate["name"];
  readonly threads: { readonly Worker: typeof Worker };
}

/** Beside this file, even if the program is a bundle. */
const threadFile = path.join(__dirname, `packThread${path.extname(__filename)}`);
/** The loader that compiles the sources for tests does not apply to threads by itself. */
const execArgv = threadFile.endsWith(".ts") ? ["--require", "tsx/cjs"] : [];

/** Packs in separate threads, which live from `using` to the end of its last use. */
export class PackThreads implements Packer {
  readonly parallel: number;
  private users = 0;
  private prepared: Promise<Prepared> | undefined;
  private threads: Thread[] = [];
  private tasks = 0;
  private closed = false;
  private readonly waiting: { readonly resolve: (thread: Thread) => void; readonly reject: (error: Error) => void }[] =
    [];
  private readonly free: Thread[] = [];
  private readonly byPack = new Map<string, Set<Thread>>();

  constructor(private readonly count: number) {
    // One more, so that no thread waits for the next job.
    this.parallel = count + 1;
  }

  /** Keeps the threads for as long as `work` takes. */
  async using<T>(work: () => Promise<T>): Promise<T> {
    this.users++;
    try {
      return await work();
    } finally {
      if (--this.users === 0) await this.stop();
    }
  }

  /** Starts the threads ahead of their first job. Only within `using`. */
  warmUp(): void {
    this.prepare().then(
      (prepared) => {
        if (this.users > 0 && !this.closed) this.start(prepared);
      },
      // The first job reports it.
      () => undefined,
    );
  }

  async pack(job: PackJob): Promise<PackedContent[]> {
    const thread = await this.take();
    const users = this.byPack.get(job.pack) ?? new Set();
    this.byPack.set(job.pack, users.add(thread));
    try {
      return (await this.ask(thread, { job })) as PackedContent[];
    } finally {
      this.giveBack(thread);
    }
  }

  async finish(pack: string): Promise<readonly WrittenFile[]> {
    const threads = [...(this.byPack.get(pack) ?? [])];
    this.byPack.delete(pack);
    const ended = await Promise.all(threads.map((thread) => this.ask(thread, { pack }) as Promise<WrittenFile[]>));
    return ended.flat();
  }

  /** Removes a folder in a thread. Rejects when there is none, or when it cannot. */
  async remove(folder: string): Promise<void> {
    if (this.users === 0) throw new Error("no thread runs");
    await this.using(async () => {
      const thread = await this.take();
      await this.ask(thread, { remove: folder }).finally(() => this.giveBack(thread));
    });
  }

  /** Ends all work at once: what waits rejects with CANCELLED. */
  close(): void {
    this.closed = true;
    for (const { reject } of this.waiting.splice(0)) reject(cancelled());
    for (const { worker } of this.threads) void worker.terminate();
  }

  private async take(): Promise<Thread> {
    this.start(await this.prepare());
    return this.free.pop() ?? new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  private giveBack(thread: Thread): void {
    const next = this.waiting.shift();
    if (next === undefined) this.free.push(thread);
    else next.resolve(thread);
  }

  private prepare(): Promise<Prepared> {
    this.prepared ??= Promise.all([officialDeflate(), import("node:worker_threads")]).then(
      ([{ name: engine }, threads]) => ({ engine, threads }),
    );
    return this.prepared;
  }

  /** At once, so that threads are never on their way when the last user goes. */
  private start({ engine, threads }: Prepared): void {
    if (this.closed) throw cancelled();
    if (this.threads.length > 0) return;
    for (let i = 1; i <= this.count; i++) {
      const worker = new threads.Worker(threadFile, { execArgv, workerData: { engine, suffix: `.${i}` } });
      const thread: Thread = { worker, calls: new Map() };
      worker.on("message", (answer: ThreadAnswer) => settle(thread, answer));
      worker.on("error", (error) => failAll(thread, error));
      worker.on("exit", () => failAll(thread, this.closed ? cancelled() : new Error("a packing thread ended")));
      this.threads.push(thread);
      this.free.push(thread);
    }
  }

  private ask({ worker, calls, failure }: Thread, task: ThreadTask): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (failure !== undefined) return reject(failure);
      const id = ++this.tasks;
      calls.set(id, { resolve, reject });
      worker.postMessage({ id, ...task });
    });
  }

  private async stop(): Promise<void> {
    const { threads } = this;
    this.threads = [];
    this.free.length = 0;
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }
}

function settle({ calls }: Thread, { id, result, error }: ThreadAnswer): void {
  const call = calls.get(id);
  calls.delete(id);
  if (error === undefined) call?.resolve(result);
  else call?.reject(fromPlain(error));
}

function failAll(thread: Thread, error: Error): void {
  const failure = (thread.failure ??= error);
  for (const { reject } of thread.calls.values()) reject(failure);
  thread.calls.clear();
}

function cancelled(): UvLambdaError {
  return new UvLambdaError("CANCELLED", "The build was cancelled.");
}
