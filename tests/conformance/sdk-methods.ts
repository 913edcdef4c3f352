import { siteProperties } from '@wix/business-tools';
import * as data from '@wix/data';
import * as identity from '@wix/identity';
import * as members from '@wix/members';
import * as redirects from '@wix/redirects';
import { ApiKeyStrategy, AppStrategy, OAuthStrategy } from '@wix/sdk';

/** The methods a package's area offers. */
export type Area = Readonly<{ package: string; name: string; methods: readonly string[] }>;

/** Every area of the packages that a site like ours is made with, as installed. */
export function sdkAreas(): Area[] {
  const strategies = {
    ...OAuthStrategy({ clientId: 'x' }),
    ...AppStrategy({ appId: 'x', appSecret: 'x', instanceId: 'x', publicKey: 'x' }),
    ...ApiKeyStrategy({ siteId: 'x', apiKey: 'x' }),
  };
  return [
    area('@wix/sdk', 'auth', strategies),
    ...areasOf('@wix/data', data),
    ...areasOf('@wix/members', members),
    ...areasOf('@wix/identity', identity),
    ...areasOf('@wix/redirects', redirects),
    // Its other area, locations, has nothing to do with members and their data.
    area('@wix/business-tools', 'siteProperties', siteProperties),
  ];
}

const areasOf = (name: string, exported: object): Area[] =>
  Object.entries(exported)
    .filter((entry): entry is [string, object] => typeof entry[1] === 'object' && /^[a-z]/.test(entry[0]))
    .map(([key, value]) => area(name, key, value))
    .filter(({ methods }) => methods.length > 0);

/** Functions that begin with a capital build or describe a request; they send none. */
const area = (from: string, name: string, offered: object): Area => ({
  package: from,
  name,
  methods: Object.entries(offered)
    .filter(([key, value]) => typeof value === 'function' && /^[a-z]/.test(key))
    .map(([key]) => key)
    .toSorted(),
});

/** Why a whole area has no test. Each of its calls gets a 501 that names it. */
export const AREAS_NOT_COVERED: Readonly<Record<string, string>> = {
  backups: 'Backups of a live site; the emulator exports and imports its state instead.',
  movementJobs: 'Moves data between environments of a live site.',
  scheduledWorkflows: 'Schedules movement jobs.',
  sharing: 'Shares collections between sites; there is one site here.',
  tasks: 'Long tasks of the dashboard.',
  signOnPolicy: 'A policy of Wix Enterprise.',
};

const OTHER_MEMBERS_APPS = 'An app of its own beside the members themselves.';
const COVERED_OF_MEMBERS = ['members', 'authorization', 'memberRoleDefinition'];
for (const name of Object.keys(members)) {
  if (!COVERED_OF_MEMBERS.includes(name)) Object.assign(AREAS_NOT_COVERED, { [name]: OTHER_MEMBERS_APPS });
}

/** Why a single method has no test. */
export const METHODS_NOT_COVERED: Readonly<Record<string, string>> = {
  'auth.decodeJWT': 'Sends nothing; `webhooks.process` uses it, and `webhooks.test.ts` covers that.',
  'auth.getInstallUrl': 'Sends nothing; leads to the installer of Wix apps.',
  'auth.setAccountId': 'Sends nothing; names the account an API key is used for.',
  'auth.setSiteId': 'Sends nothing; names the site an API key is used for.',
  'auth.getAuthHeaders': 'Sends nothing; every other call uses it.',
  'auth.getActiveToken': 'Sends nothing; every other call uses it.',
  'auth.getMemberTokensForDirectLogin':
    'Needs a browser’s `window`; the chain it runs is covered by its parts.',
  'indexes.onIndexCreated': 'The emulator tells of items, members and site properties.',
  'indexes.onIndexDeleted': 'The emulator tells of items, members and site properties.',
  'indexes.onIndexUpdated': 'The emulator tells of items, members and site properties.',
  'redirects.onRedirectSessionCreated': 'The emulator tells of items, members and site properties.',
  'items.filter': 'Builds a filter and sends nothing.',
  'items.pipelineBuilder': 'Builds a pipeline and sends nothing.',
};
