/** The parts of a JSON Schema that specs about its keys look at. */
export interface KeySchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly patternProperties?: object;
  readonly properties?: Readonly<Record<string, KeySchema>>;
  readonly items?: KeySchema;
}

export interface SchemaKey {
  /** Such as `pool.autonomous.max`, `accounts[]` (one item) or `accounts[].name`. */
  readonly path: string;
  readonly schema: KeySchema;
}

/** Every key of a schema, and every kind of list item that has keys. */
export function everyKey(schema: KeySchema, above = ''): readonly SchemaKey[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, child]) => {
    const path = above === '' ? key : `${above}.${key}`;
    return [{ path, schema: child }, ...everyKey(child, path)];
  });
  const { items } = schema;
  if (items?.properties === undefined) return own;
  const path = `${above}[]`;
  return [...own, { path, schema: items }, ...everyKey(items, path)];
}
