/** Number of the first line (from 1) with a conflict marker of version control, or undefined. */
export function conflictMarkerLine(text: string): number | undefined {
  const index = text.search(/^(<<<<<<< |>>>>>>> |=======\r?$|\|\|\|\|\|\|\| )/m);
  return index === -1 ? undefined : text.slice(0, index).split("\n").length;
}
