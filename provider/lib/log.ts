/** Where a build says what it does. The provider shows it on the component's row, the command line on stderr. */
export interface Reporter {
  /** What is being waited for; shown live and forgotten. */
  progress(message: string): void;
  /** Something the user should read once; kept in the diagnostics. */
  warn(message: string): void;
}

export const silent: Reporter = { progress: () => {}, warn: () => {} };
