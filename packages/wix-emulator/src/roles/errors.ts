import { applicationError, permissionDenied, validationError } from '../http/errors.ts';
import type { WixError } from '../http/errors.ts';
import { onWire } from './key.ts';
import type { RoleKey } from './key.ts';

/*
 * The codes are those of the SDK's types; where these name none, a standard one of Wix. Statuses are not documented.
 */

export const roleMissing = (key: RoleKey): WixError =>
  applicationError(404, 'ROLE_DOES_NOT_EXIST', `There is no role ${onWire(key)}`);

export const memberBlocked = (memberId: string): WixError =>
  applicationError(428, 'MEMBER_BLOCKED', `Member ${memberId} is blocked`, { memberId });

export const systemRole = (
  code: 'CANNOT_UPDATE_SYSTEM_ROLE' | 'CANNOT_DELETE_SYSTEM_ROLE',
  key: RoleKey,
): WixError => applicationError(428, code, `The role ${onWire(key)} comes with the site`);

export const roleExists = (key: RoleKey): WixError =>
  applicationError(409, 'ALREADY_EXISTS', `There is a role ${onWire(key)}`);

export const staleRevision = (key: RoleKey): WixError =>
  applicationError(409, 'INVALID_REVISION', `The role ${onWire(key)} was changed meanwhile`);

/** A rule of the request, not an error of the application, as the SDK's types tell. */
export const notARole = (key: RoleKey): WixError =>
  validationError([
    {
      field: 'roleKey',
      description: `names no role: ${onWire(key)}`,
      violatedRule: 'OTHER',
      ruleName: 'INVALID_ROLE',
    },
  ]);

export const ownersRole = (): WixError => permissionDenied('The role of the site owner is not for apps');
