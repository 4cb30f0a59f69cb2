import type { Format, PackageFormat } from "./format.js";
import { image } from "./image.js";
import { layer } from "./layer.js";
import { zip } from "./zip.js";

/** Every format by its name. The compiler reports a missing one. */
export const formats: Readonly<Record<PackageFormat, Format>> = { zip, layer, image };
