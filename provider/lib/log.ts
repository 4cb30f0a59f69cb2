/** How much of what is being waited for is done, in bytes. */
export interface Amount {
  readonly done: number;
  readonly total: number;
  /** `downloaded` */
  readonly verb: string;
}

/** Where a build says what it does. The provider shows it on the component's row, the command line on stderr. */
export interface Reporter {
  /** What is being waited for: shown live and forgotten. A message that comes again has another amount. */
  progress(message: string, amount?: Amount): void;
  /** Something the user should read once; kept in the diagnostics. */
  warn(message: string): void;
}

export const silent: Reporter = { progress: () => {}, warn: () => {} };
