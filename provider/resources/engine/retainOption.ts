/** Option of a child that outlives its component. Not `false` otherwise: that would overrule the component's own option. */
export function retainOption(keep: boolean): { retainOnDelete?: true } {
  return keep ? { retainOnDelete: true } : {};
}
