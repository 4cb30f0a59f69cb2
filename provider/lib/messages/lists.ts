/** The first `most` items, and `and 3 more` in place of the others: a message must stay readable. */
export function firstOf(items: readonly string[], most: number): string[] {
  return items.length <= most ? [...items] : [...items.slice(0, most), `and ${items.length - most} more`];
}

/** A title, and below it the first items, a line each. */
export function listBelow(title: string, items: readonly string[], most = 10): string {
  return [title, ...firstOf(items, most)].join("\n  ");
}
