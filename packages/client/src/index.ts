export { Gatehouse } from './gatehouse.ts';
export { GatehouseError } from './errors.ts';
export { asyncStorage, memoryStorage, webStorage } from './storage.ts';
export type { Collection } from './collection.ts';
export type { FailureKind, FieldError, GatehouseErrorInit, Problem, ProblemCode } from './errors.ts';
export type {
  AggregateQuery,
  Changes,
  Condition,
  DistinctQuery,
  Field,
  Figure,
  Filter,
  Group,
  ListQuery,
  Operators,
  Projected,
  Sort,
} from './query.ts';
export type { BulkOperation, BulkOutcome, CollectionTypes, Declared, ItemOf, Read } from './schema.ts';
export type { KeyValueStore, TokenStorage } from './storage.ts';
export type {
  AccessTokenInfo,
  CollectionDescription,
  ConnectionsResult,
  CreateAccessTokenArg,
  GatehouseOptions,
  GatehouseResponse,
  ItemsPage,
  LoginArg,
  LoginResult,
  LoginSuccess,
  Member,
  RegisterArg,
  RequestOptions,
  SessionInfo,
  UntypedSchema,
  VerifyArg,
  WriteOptions,
} from './types.ts';
