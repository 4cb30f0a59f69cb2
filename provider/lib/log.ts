/** How much of the current work is done, in bytes. */
export interface Amount {
  readonly done: number;
  readonly total: number;
  /** `downloaded` */
  readonly verb: string;
}

/** Where a build reports what it does: on the component's row, or on the command line's stderr. */
export interface Reporter {
  /** What the build waits for. Shown live, and not kept. A repeated message has another amount. */
  progress(message: string, amount?: Amount): void;
  /** Something that the user should read once. Kept in the diagnostics. */
  warn(message: string): void;
}

export const silent: Reporter = { progress: () => {}, warn: () => {} };
