import type { CompiledQuery } from 'kysely';
import type { Database } from './database.ts';

/**
 * A query whose text is the same every time, built when it is first asked and then given nothing but its values.
 * @param build uses each of its values once, in their order.
 * @throws {TypeError} when `build` uses them otherwise: they would stand in the wrong places.
 */
export function builtOnce<Values extends readonly (string | number)[], Row>(
  database: Database,
  build: (...values: Values) => { compile: () => CompiledQuery<Row> },
): (...values: Values) => Promise<readonly Row[]> {
  let built: CompiledQuery<Row> | undefined;
  return async (...values) => {
    built ??= checked(build(...values).compile(), values);
    const { rows } = await database.executeQuery<Row>({ ...built, parameters: values });
    return rows;
  };
}

function checked<Row>(query: CompiledQuery<Row>, values: readonly unknown[]): CompiledQuery<Row> {
  const { parameters } = query;
  if (parameters.length === values.length && parameters.every((value, at) => value === values[at]))
    return query;
  throw new TypeError('a query that is built once takes its values in their order');
}
