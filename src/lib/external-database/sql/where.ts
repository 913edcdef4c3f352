import { sql } from 'kysely';
import type { Fragment } from '../catalogue/table.ts';
import type { Condition } from '../filter/condition.ts';
import type { Dialect } from './dialect.ts';

/** A condition as SQL; every value is bound. */
export function where(dialect: Dialect, condition: Condition): Fragment {
  switch (condition.kind) {
    case 'never':
      return sql`1 = 0`;
    case 'all':
    case 'any': {
      const parts = condition.of.map((part) => sql`(${where(dialect, part)})`);
      if (parts.length === 0) return condition.kind === 'all' ? sql`1 = 1` : sql`1 = 0`;
      return sql.join(parts, condition.kind === 'all' ? sql` AND ` : sql` OR `);
    }
    case 'not':
      // What is neither true nor false, since a value is empty, is not met.
      return sql`(${where(dialect, condition.of)}) IS NOT TRUE`;
    case 'equal':
      if (condition.value === null) return sql`${condition.column.ref} IS NULL`;
      return dialect.equals(condition.column, condition.value);
    case 'differ':
      if (condition.value === null) return sql`${condition.column.ref} IS NOT NULL`;
      return dialect.differs(condition.column, condition.value);
    case 'order': {
      const { column, operator, value } = condition;
      return sql`${dialect.comparable(column)} ${sql.raw(operator)} ${dialect.operand(column, value)}`;
    }
    case 'one-of':
      return dialect.isOneOf(condition.column, condition.values);
    case 'list-has':
      return dialect.listHas(condition.column, condition.which, condition.values);
    case 'text':
      return dialect.text(condition.operator, condition.column, condition.value);
    case 'exists':
      return condition.value
        ? sql`${condition.column.ref} IS NOT NULL`
        : sql`${condition.column.ref} IS NULL`;
  }
}
