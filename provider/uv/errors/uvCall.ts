/** The selection in a call of uv, so that an error can name the input that it is about. */
export interface Selection {
  readonly package?: string | undefined;
  readonly groups?: readonly string[];
  readonly onlyGroups?: readonly string[];
  readonly extras?: readonly string[];
  readonly prune?: readonly string[];
  /** For messages about names that do not exist. */
  readonly naming?: Naming;
}

/** The lists of names in the inputs that uv knows by its own lists. */
export type NameList = "groups" | "onlyGroups" | "extras" | "prune";

export interface Naming {
  /** The lists as the inputs have them. */
  readonly asked: Readonly<Record<NameList, readonly string[]>>;
  /** Names of the workspace's members. */
  readonly members: readonly string[];
  /** The project's groups. */
  readonly groups: readonly string[];
  /** The project's extras, unless its build backend computes them. */
  readonly extras?: readonly string[] | undefined;
}

export interface UvCall {
  /** `uv export`, without arguments. */
  readonly command: string;
  /** Workspace root, the folder of uv.lock. */
  readonly root: string;
  readonly uvPath: string;
  readonly secrets: readonly string[];
  readonly selection?: Selection;
  /** Host of a locked package's files, because some messages of uv name none. */
  readonly hostOf?: (name: string) => string | undefined;
}
