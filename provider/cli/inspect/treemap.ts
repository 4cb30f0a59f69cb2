export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Divides `area` into one box for each weight, with a proportional surface, as close to squares as rows of boxes
 * allow. Weights are not negative, the largest first. The boxes have the same order.
 */
export function treemap(weights: readonly number[], area: Box): Box[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return weights.map(() => ({ ...area, width: 0, height: 0 }));
  const scale = (area.width * area.height) / total;
  const surfaces = weights.map((weight) => weight * scale);
  const boxes: Box[] = [];
  let rest = area;
  for (let start = 0; start < surfaces.length;) {
    const side = Math.min(rest.width, rest.height);
    let end = start + 1;
    while (
      end < surfaces.length &&
      worst(surfaces.slice(start, end + 1), side) <= worst(surfaces.slice(start, end), side)
    )
      end++;
    const row = surfaces.slice(start, end);
    boxes.push(...placeRow(row, rest));
    rest = withoutRow(row, rest);
    start = end;
  }
  return boxes;
}

/** How far the worst box of a row is from a square, which has 1. */
function worst(row: readonly number[], side: number): number {
  const sum = row.reduce((total, surface) => total + surface, 0);
  const [most, least] = [Math.max(...row), Math.min(...row)];
  if (sum === 0 || least === 0 || side === 0) return Infinity;
  return Math.max((side * side * most) / (sum * sum), (sum * sum) / (side * side * least));
}

function thickness(row: readonly number[], { width, height }: Box): number {
  const side = Math.min(width, height);
  return side === 0 ? 0 : row.reduce((total, surface) => total + surface, 0) / side;
}

/** The row is placed along the shorter side. */
function placeRow(row: readonly number[], area: Box): Box[] {
  const depth = thickness(row, area);
  let along = 0;
  return row.map((surface) => {
    const length = depth === 0 ? 0 : surface / depth;
    const box =
      area.width >= area.height
        ? { x: area.x, y: area.y + along, width: depth, height: length }
        : { x: area.x + along, y: area.y, width: length, height: depth };
    along += length;
    return box;
  });
}

function withoutRow(row: readonly number[], area: Box): Box {
  const depth = thickness(row, area);
  return area.width >= area.height
    ? { ...area, x: area.x + depth, width: Math.max(0, area.width - depth) }
    : { ...area, y: area.y + depth, height: Math.max(0, area.height - depth) };
}
