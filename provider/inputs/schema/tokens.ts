/** Type tokens: names of resource types in every state that was ever written. */
export const functionToken = "uvlambda:index:Function";
export const layerToken = "uvlambda:index:Layer";
export const buildToken = "uvlambda:index:Build";
