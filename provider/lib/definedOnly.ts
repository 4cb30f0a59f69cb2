type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** The object without its undefined fields, typed for APIs that distinguish an absent field from an undefined one. */
export function definedOnly<T extends object>(fields: T): Partial<Present<T>> & Pick<T, RequiredKeys<T>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

type RequiredKeys<T> = { [K in keyof T]-?: undefined extends T[K] ? never : K }[keyof T];
