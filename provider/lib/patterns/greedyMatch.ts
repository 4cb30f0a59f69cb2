/**
 * Whether the parts of a pattern match all items, in order. A star matches any number of items, any other part exactly
 * one. The time is at most the product of both lengths.
 */
export function greedyMatch<Part, Item>(
  parts: readonly Part[],
  items: readonly Item[],
  isStar: (part: Part) => boolean,
  takes: (part: Part, item: Item) => boolean,
): boolean {
  let next = 0;
  let position = 0;
  // Only the last star ever needs to match more: an earlier one matched as little as possible, which leaves the most
  // items.
  let star = -1;
  let starPosition = 0;
  while (position < items.length) {
    if (next < parts.length && isStar(parts[next]!)) {
      star = next++;
      starPosition = position;
    } else if (next < parts.length && takes(parts[next]!, items[position]!)) {
      next++;
      position++;
    } else if (star >= 0) {
      next = star + 1;
      position = ++starPosition;
    } else return false;
  }
  while (next < parts.length && isStar(parts[next]!)) next++;
  return next === parts.length;
}
