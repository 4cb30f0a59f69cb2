import type { Problem } from "../../lib/errors.js";
import { formatOf } from "../formatOf.js";
import { isSet } from "../isSet.js";
import { UNKNOWN, isPlainObject } from "../resolved.js";

type Values = Readonly<Record<string, unknown>>;

/** How many layers Lambda attaches to one function. */
export const maxLayers = 5;

interface LayerSource {
  readonly setting: string;
  readonly meaning: string;
  readonly isUsed: (values: Values) => boolean;
}

/** Inputs other than `layers` that attach a layer. */
const sources: readonly LayerSource[] = [
  {
    setting: '`packageFormat: "layer"`',
    meaning: 'the dependency layer (`packageFormat: "layer"`)',
    isUsed: ({ packageFormat }) => formatOf(packageFormat)?.isLayered === true,
  },
  {
    setting: "`powertools`",
    meaning: "the layer of `powertools`",
    isUsed: ({ powertools }) => powertools !== undefined,
  },
];

/** Finds layers that Lambda would refuse, and combinations that cannot work. Skips unknown values. */
export function layerConflicts(values: Values): Problem[] {
  const { layers, provided, powertools, environment } = values;
  const used = sources.filter(({ isUsed }) => isUsed(values));
  const settings = [...used.map(({ setting }) => setting), ...(isSet(layers) ? ["`layers`"] : [])];
  const problems: Problem[] = [];
  const count = Array.isArray(layers) ? layers.length : 0;
  if (count <= maxLayers && count + used.length > maxLayers) {
    const others = used.map(({ meaning }) => meaning).join(" and ");
    const message = `Lambda attaches at most ${maxLayers} layers to a function: these ${count} and ${others} make ${count + used.length}`;
    problems.push({ property: "layers", message });
  }
  if (isPlainObject(environment) && environment["PYTHONPATH"] !== undefined && settings.length > 0) {
    const message = `cannot be combined with ${settings.join(" and ")}: it makes Lambda ignore the Python packages of layers`;
    problems.push({ property: "environment.PYTHONPATH", message });
  }
  if (isPlainObject(provided) && isSet(provided) && !isSet(layers) && powertools === undefined) {
    const message = "needs `layers` or `powertools`, which bring these packages";
    problems.push({ property: "provided", message });
  }
  return [...problems, ...unknownPackages(provided), ...twoVersions(powertools)];
}

/** `provided` decides what is built, yet it is no plain input: a plain one could not take the output of a `Layer`. */
function unknownPackages(provided: unknown): Problem[] {
  const isUnknown = provided === UNKNOWN || (isPlainObject(provided) && Object.values(provided).includes(UNKNOWN));
  if (!isUnknown) return [];
  const message =
    "must be known before the deployment, because it decides what is built; the output `packages` of a `Layer` is known as soon as the inputs of that `Layer` are";
  return [{ property: "provided", message }];
}

function twoVersions(powertools: unknown): Problem[] {
  if (!isPlainObject(powertools) || powertools["layerArn"] === undefined || powertools["version"] === undefined)
    return [];
  const message = "cannot be combined with `powertools.layerArn`, which already names one version";
  return [{ property: "powertools.version", message }];
}
