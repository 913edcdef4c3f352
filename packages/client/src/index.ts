export { Gatehouse } from './gatehouse.ts';
export { GatehouseError } from './errors.ts';
export type { Collection } from './collection.ts';
export type { FailureKind, FieldError, GatehouseErrorInit, Problem, ProblemCode } from './errors.ts';
export type { Changes, Condition, Field, Filter, ListQuery, Operators, Projected, Sort } from './query.ts';
export type {
  CollectionDescription,
  ConnectionsResult,
  GatehouseOptions,
  GatehouseResponse,
  ItemsPage,
  LoginArg,
  LoginResult,
  LoginSuccess,
  Member,
  RegisterArg,
  RequestOptions,
  UntypedSchema,
  VerifyArg,
} from './types.ts';
