import { validationError } from '../http/errors.ts';

type Properties = Readonly<Record<string, unknown>>;

/** The named properties; a nested path shows the whole property it begins with. */
export function shown(properties: Properties, paths: readonly string[]): Properties {
  if (paths.length === 0) return properties;
  const names = new Set(paths.map(rootOf));
  return Object.fromEntries(Object.entries(properties).filter(([name]) => names.has(name)));
}

/**
 * The known properties with what was sent in the places the mask names. What the mask names and the sender left out
 * is cleared, what the mask does not name stays, as documented for `updateBusinessProfile`.
 */
export const overwritten = (known: Properties, sent: Properties, paths: readonly string[]): Properties =>
  paths.reduce((properties, path) => placed(properties, sent, path.split('.')), known);

function placed(known: Properties, sent: Properties, [name = '', ...inner]: readonly string[]): Properties {
  const { [name]: before, ...others } = known;
  const value = inner.length === 0 ? sent[name] : placed(nested(before), nested(sent[name]), inner);
  return value === undefined || value === null ? others : { ...others, [name]: value };
}

const nested = (value: unknown): Properties =>
  typeof value === 'object' && value !== null ? { ...value } : {};

export function requireNames(paths: readonly string[], names: ReadonlySet<string>): void {
  const unknown = paths.map(rootOf).find((name) => !names.has(name));
  if (unknown === undefined) return;
  throw validationError([
    { field: 'fields', description: `has no property ${unknown}`, violatedRule: 'OTHER' },
  ]);
}

export const rootOf = (path: string): string => path.split('.')[0] ?? '';
