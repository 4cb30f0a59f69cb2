/** The selection in a call of uv, so that an error can name the input that it is about. */
export interface Selection {
  readonly package?: string | undefined;
  readonly groups?: readonly string[];
  readonly onlyGroups?: readonly string[];
  readonly extras?: readonly string[];
  readonly prune?: readonly string[];
  /** Names of the workspace's members, for messages about a name that does not exist. */
  readonly members?: readonly string[];
  /** The available groups and extras, for the same messages. */
  readonly known?: { readonly groups: readonly string[]; readonly extras: readonly string[] };
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
