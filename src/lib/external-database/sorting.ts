import { isScalar } from './catalogue/field-types.ts';
import type { Column } from './catalogue/table.ts';
import { badRequest, Fault } from './fault.ts';
import type { Sorting } from './sql/find.ts';

type SortKey = Readonly<{ fieldName: string; direction: 'ASC' | 'DESC' }>;

/** @throws {Fault} `FIELD_DOESNT_EXIST`, `BAD_REQUEST` */
export function toSorting(keys: readonly SortKey[], columns: ReadonlyMap<string, Column>): Sorting {
  return keys.map(({ fieldName, direction }) => {
    const column = columnNamed(fieldName, columns);
    if (!isScalar(column.storage)) throw badRequest('The sort names a field that has no order.');
    return { column, direction };
  });
}

/** @throws {Fault} `FIELD_DOESNT_EXIST` */
export function columnNamed(name: string, columns: ReadonlyMap<string, Column>): Column {
  const column = columns.get(name);
  if (column) return column;
  throw new Fault('FIELD_DOESNT_EXIST', 'A field is named that is not there.', {
    data: { propertyName: name },
  });
}

/** Columns of an answer; all when none is named. The id is always among them. */
export function toProjection(
  names: readonly string[],
  columns: ReadonlyMap<string, Column>,
): readonly Column[] {
  if (names.length === 0) return [...columns.values()];
  return [...new Set(['_id', ...names])].map((name) => columnNamed(name, columns));
}
