import type { Rule, Verdict } from '../../policy/rules.ts';
import type { Caller, Role } from '../caller.ts';

/** A rule of the adapter: every rule of the policies is one, and these know what only Wix's context says. */
export type CallerRule = Rule<Caller>;

const refused: Verdict = { allowed: false, because: 'signed-out' };

function when(sentence: string, holds: (caller: Caller) => boolean, rule: CallerRule): CallerRule {
  return {
    ...rule,
    sentence: `${rule.sentence}, ${sentence}`,
    decide: (caller) => (holds(caller) ? rule.decide(caller) : refused),
  };
}

/** The rule, for callers of these roles. */
export function forRoles(roles: readonly Role[], rule: CallerRule): CallerRule {
  return when(`for ${roles.join(', ')}`, ({ role }) => roles.includes(role), rule);
}

/** The rule, for these identity types of the current generation. */
export function forIdentities(types: readonly string[], rule: CallerRule): CallerRule {
  return when(
    `for ${types.join(', ')}`,
    ({ identityType }) => identityType !== null && types.includes(identityType),
    rule,
  );
}

/** The rule, where the collection is connected by this configuration. */
export function forInstallation(id: string, rule: CallerRule): CallerRule {
  return when(`in installation ${id}`, ({ installationId }) => installationId === id, rule);
}

/** The rule, where the collection's settings hold this value under this key. */
export function forSetting(key: string, value: string | number | boolean, rule: CallerRule): CallerRule {
  return when(
    `with ${key} set to ${value}`,
    ({ settings }) => Object.hasOwn(settings, key) && settings[key] === value,
    rule,
  );
}
