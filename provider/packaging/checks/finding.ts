import type { ErrorCode } from "../../lib/errors.js";

/** The finding of a check. `certain` means that the function would fail when it runs. The others are warnings. */
export interface Finding {
  readonly code: ErrorCode;
  readonly certain: boolean;
  readonly message: string;
  readonly hint?: string;
  /** The input it is about; the whole project when absent. */
  readonly property?: string;
}
