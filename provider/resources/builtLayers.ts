type Packages = Readonly<Record<string, string>>;

/** What the `Layer` components of this program weigh, so that it counts where a function says that it uses one. */
export class BuiltLayers {
  private readonly sizes = new Map<string, number>();

  /** `bytes` is the size of the layer unpacked. */
  note(packages: Packages, bytes: number): void {
    const key = keyOf(packages);
    this.sizes.set(key, Math.max(bytes, this.sizes.get(key) ?? 0));
  }

  /** Bytes, unpacked, of the layer with exactly these packages; 0 when this program builds none. */
  size(packages: Packages): number {
    return this.sizes.get(keyOf(packages)) ?? 0;
  }
}

function keyOf(packages: Packages): string {
  return JSON.stringify(Object.entries(packages).sort());
}
