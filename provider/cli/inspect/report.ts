import type { Inspected } from "./readListing.js";
import { sharesOf, type Share } from "./shares.js";
import { suggestions, type Suggestion } from "./slimming.js";

/** What is shown about one artifact. */
export interface Report extends Pick<Inspected, "title" | "limit"> {
  /** By package, the largest first. */
  readonly shares: readonly Share[];
  readonly suggestions: readonly Suggestion[];
}

export function reportOn(inspected: Inspected): Report {
  const { title, limit } = inspected;
  const shares = sharesOf(inspected);
  return { title, limit, shares, suggestions: suggestions(shares) };
}
