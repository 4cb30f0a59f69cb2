import type { Artifact, PackageRequest } from "../../packaging/request.js";
import { namedPackages } from "../../inputs/providedPackages.js";

type Packages = Readonly<Record<string, string>>;
type Runs = Pick<PackageRequest, "runtime" | "architecture">;

/** A `Layer` of this program, after it was built. */
export interface BuiltLayer extends Runs {
  readonly artifact: Artifact;
}

/** The `Layer` components of this program, for functions that use them. */
export class BuiltLayers {
  private readonly layers = new Map<string, BuiltLayer[]>();

  note({ runtime, architecture }: Runs, artifact: Artifact): void {
    const key = keyOf(namedPackages(artifact));
    const layer = { runtime, architecture, artifact };
    this.layers.set(key, [...(this.layers.get(key) ?? []), layer]);
  }

  /**
   * The layer with exactly these packages, preferably for the same runtime and architecture. Undefined when this
   * program builds none.
   */
  find(packages: Packages, runs: Runs): BuiltLayer | undefined {
    const built = this.layers.get(keyOf(packages)) ?? [];
    return built.find((layer) => isFor(layer, runs)) ?? built[0];
  }
}

/** A layer for another runtime or architecture is allowed: it may hold nothing that is compiled. */
export function layerWarnings(layer: BuiltLayer | undefined, runs: Runs): string[] {
  if (layer === undefined || isFor(layer, runs)) return [];
  const [built, wanted] = [layer, runs].map(({ runtime, architecture }) => `${runtime} on ${architecture}`);
  return [
    `provided: the Layer with these packages is built for ${built}, but this function runs ${wanted}. Compiled packages in the layer cannot be imported. To fix this, give both the same \`runtime\` and \`architecture\`.`,
  ];
}

function isFor(layer: Runs, runs: Runs): boolean {
  return layer.runtime === runs.runtime && layer.architecture === runs.architecture;
}

function keyOf(packages: Packages): string {
  return JSON.stringify(Object.entries(packages).sort());
}
