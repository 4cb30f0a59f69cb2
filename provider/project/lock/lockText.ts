/** Number of the first line (from 1) that a version control system left in a merge, or undefined. */
export function conflictMarkerLine(text: string): number | undefined {
  const index = text.search(/^(<<<<<<< |>>>>>>> |=======\r?$|\|\|\|\|\|\|\| )/m);
  return index === -1 ? undefined : text.slice(0, index).split("\n").length;
}
