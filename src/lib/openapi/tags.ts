/** The chapters of the document besides one for each collection. */
export const TAGS = {
  'Signing in': 'An account, a session, a password.',
  'Devices and access tokens':
    'What can speak for a member. For who has signed in: an access token neither sees nor ends any of it.',
  'Native apps': 'Sign-in in the system’s browser, for apps that never see a password.',
  Site: 'Who one is, what is here, and two calls written out.',
  Operations: 'For what keeps the process running, and for tools.',
} as const;
