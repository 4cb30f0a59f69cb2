import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { ExecutionEnvironment, type InvokeResult } from "./environment.js";
import { RunnerFolders } from "./folders.js";
import { whyNoImageRuns } from "./image.js";
import { findInterpreter } from "./interpreter.js";
import { detectIsolation, startImage, startSandbox, type Isolation } from "./sandbox.js";

/** Settings in Lambda's own words. */
interface FunctionSettings {
  readonly name: string;
  readonly arn: string;
  readonly version: string;
  readonly region: string;
  readonly memorySize: number;
  /** Seconds. */
  readonly timeout: number;
  /** Megabytes. */
  readonly ephemeralStorage: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** A function from archives, which are files on disk. */
export interface ZipFunction extends FunctionSettings {
  /** Unpacked to /var/task, one over the other. */
  readonly code: readonly string[];
  /** Unpacked to /opt, one over the other. */
  readonly layers: readonly string[];
  readonly handler: string;
  /** "3.13" */
  readonly minor: string;
}

export interface ImageFunction extends FunctionSettings {
  /** `<account>.dkr.ecr.<region>.amazonaws.com/name@sha256:…` */
  readonly imageUri: string;
  /** Each overrides the image's own setting. */
  readonly imageConfig: {
    readonly EntryPoint?: readonly string[];
    readonly Command?: readonly string[];
    readonly WorkingDirectory?: string;
  };
}

export type RunnableFunction = ZipFunction | ImageFunction;

export interface RunnerOptions {
  /** Scratch folder, removed by `stop`. */
  readonly work: string;
  /** Folder with awslambdaric for each Python minor: `3.12/awslambdaric`. */
  readonly clients: string;
  /** Given to functions as AWS_ENDPOINT_URL, so that their AWS clients reach the local AWS. */
  readonly awsEndpoint?: string;
  /** Used as access key: the local AWS takes twelve digits as the account. */
  readonly accountId?: string;
  /** `127.0.0.1:PORT` of the registry that holds the images of the account's ECR. */
  readonly registry?: string;
}

/**
 * Executes functions from their deployed archives or images, with the real awslambdaric and only what Lambda has around
 * it. Environments stay warm while code and configuration stay the same.
 */
export class Runner {
  readonly isolation: Isolation = detectIsolation();
  private readonly folders: RunnerFolders;
  private readonly idle = new Map<string, ExecutionEnvironment[]>();
  private readonly all = new Set<ExecutionEnvironment>();

  constructor(private readonly options: RunnerOptions) {
    this.folders = new RunnerFolders(options.work, options.clients);
  }

  async invoke(target: RunnableFunction, payload: string, requestId: string = randomUUID()): Promise<InvokeResult> {
    const key = JSON.stringify(target);
    const environment = this.takeIdle(key) ?? (await this.start(target));
    const result = await environment.invoke({
      requestId,
      functionArn: target.arn,
      deadline: Date.now() + target.timeout * 1000,
      payload,
    });
    if (environment.usable) this.idle.set(key, [...(this.idle.get(key) ?? []), environment]);
    else this.end(environment);
    return result;
  }

  stop(): void {
    for (const environment of [...this.all]) this.end(environment);
    this.idle.clear();
    this.folders.remove();
  }

  private takeIdle(key: string): ExecutionEnvironment | undefined {
    const environment = this.idle.get(key)?.pop();
    if (environment === undefined || environment.usable) return environment;
    this.end(environment);
    return this.takeIdle(key);
  }

  private end(environment: ExecutionEnvironment): void {
    this.all.delete(environment);
    environment.stop();
  }

  private async start(target: RunnableFunction): Promise<ExecutionEnvironment> {
    const start = "imageUri" in target ? this.imageProcess(target) : this.zipProcess(target);
    const limits = { timeoutSeconds: target.timeout, memoryMegabytes: target.memorySize };
    const environment = await ExecutionEnvironment.start(limits, start);
    this.all.add(environment);
    return environment;
  }

  private zipProcess(target: ZipFunction): (apiAddress: string) => ChildProcess {
    const interpreter = findInterpreter(target.minor);
    if (interpreter === undefined)
      throw new Error(`no CPython ${target.minor} on this machine (looked in pyenv's versions and PATH)`);
    const folders = {
      root: this.folders.fresh(),
      task: this.folders.unpacked(target.code),
      opt: this.folders.unpacked(target.layers),
      runtime: this.folders.runtime(target.minor),
    };
    return (address) =>
      startSandbox(this.isolation, interpreter, folders, {
        command: [`/var/lang/bin/python${target.minor}`, "-s", "/var/runtime/bootstrap.py"],
        env: this.zipVariables(target, address),
        tmpMegabytes: target.ephemeralStorage,
      });
  }

  private imageProcess(target: ImageFunction): (apiAddress: string) => ChildProcess {
    const reason = this.options.registry === undefined ? "this runner knows no registry" : whyNoImageRuns();
    if (reason !== undefined) throw new Error(reason);
    const image = this.folders.image(target.imageUri.replace(/^[^/]+/, this.options.registry ?? ""));
    if (image.architecture !== (process.arch === "arm64" ? "arm64" : "amd64"))
      throw new Error(`the image is for ${image.architecture}, this machine is ${process.arch}`);
    const { EntryPoint, Command, WorkingDirectory } = target.imageConfig;
    // The real provider sends "" where the program gives none, and Lambda takes the image's.
    return (address) =>
      startImage({
        root: image.root,
        command: [...(EntryPoint ?? image.entryPoint), ...(Command ?? image.command)],
        workingFolder: WorkingDirectory || image.workingFolder,
        env: { ...image.environment, ...this.variables(target, address) },
        tmpMegabytes: target.ephemeralStorage,
      });
  }

  /** In an image, these come from the image. */
  private zipVariables(target: ZipFunction, apiAddress: string): Record<string, string> {
    return {
      PATH: "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
      LD_LIBRARY_PATH: "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
      LANG: "en_US.UTF-8",
      TZ: ":UTC",
      ...this.variables(target, apiAddress),
      _HANDLER: target.handler,
      AWS_EXECUTION_ENV: `AWS_Lambda_python${target.minor}`,
      LAMBDA_TASK_ROOT: "/var/task",
      LAMBDA_RUNTIME_DIR: "/var/runtime",
    };
  }

  /** The function's variables cannot replace Lambda's, because Lambda refuses their names at creation. */
  private variables(target: RunnableFunction, apiAddress: string): Record<string, string> {
    return {
      ...(this.options.awsEndpoint === undefined ? {} : { AWS_ENDPOINT_URL: this.options.awsEndpoint }),
      ...target.environment,
      AWS_REGION: target.region,
      AWS_DEFAULT_REGION: target.region,
      AWS_LAMBDA_FUNCTION_NAME: target.name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(target.memorySize),
      AWS_LAMBDA_FUNCTION_VERSION: target.version,
      AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${target.name}`,
      AWS_LAMBDA_LOG_STREAM_NAME: `2026/01/01/[${target.version}]${randomUUID().replaceAll("-", "")}`,
      AWS_ACCESS_KEY_ID: this.options.accountId ?? "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_SESSION_TOKEN: "test",
      AWS_LAMBDA_RUNTIME_API: apiAddress,
    };
  }
}
