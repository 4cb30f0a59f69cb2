/** Inputs of one `uvlambda.Function`. `absolute` makes the program pass `project` as an absolute path. */
export interface FunctionInputs {
  readonly project: string;
  readonly absolute?: boolean;
  readonly [input: string]: unknown;
}

/** Logical name to inputs. */
export type Functions = Readonly<Record<string, FunctionInputs>>;

/** What the tests know about a language of Pulumi programs. */
export interface ProgramLanguage {
  /** `runtime` of Pulumi.yaml. */
  readonly runtime: string | object;
  /** Variables that the language's host needs in addition to those of every command. */
  env?(): Record<string, string>;
  /** What this machine lacks for it. */
  whyNot?(): string | undefined;
  /** Name and text of the program's files in its folder, with the outputs of each function as a stack output. */
  files?(functions: Functions): Readonly<Record<string, string>>;
  /** The same program as fields of Pulumi.yaml, for a language that is written there. */
  projectFields?(functions: Functions): object;
  /**
   * Lets the program in `folder` find the checkout's SDK, as a package manager would once the SDK is published.
   * `project` is the folder of Pulumi.yaml.
   */
  link?(folder: string, project: string): void;
}

export const outputNames = [
  "functionArn",
  "functionName",
  "invokeArn",
  "roleArn",
  "roleId",
  "roleName",
  "logGroupArn",
  "logGroupName",
  "outputHash",
  "codeSha256",
  "packageSize",
  "unzippedSize",
] as const;

export type FunctionOutputs = Record<(typeof outputNames)[number], string | number>;

/** JSON is valid YAML, so the tests need no YAML writer. */
export function json(content: object): string {
  return `${JSON.stringify(content, undefined, 2)}\n`;
}
