/**
 * Option of a child that outlives its component. Otherwise absent, not `false`: that would override the component's own
 * option.
 */
export function retainOption(keep: boolean): { retainOnDelete?: true } {
  return keep ? { retainOnDelete: true } : {};
}
