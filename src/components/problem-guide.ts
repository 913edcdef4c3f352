import type { ProblemCode } from '../lib/http/problem.ts';

/** What each problem means, and what somebody who meets it can do. */
export const problemGuide: Readonly<Record<ProblemCode, Readonly<{ meaning: string; remedy: string }>>> = {
  'invalid-request': {
    meaning:
      'Something in the request is missing, misspelt or not known here. Nothing is ignored: what cannot be used is refused.',
    remedy:
      'Put right what the list of errors names, and send the request again. If a link or an app led you here, its maker has to.',
  },
  unauthenticated: {
    meaning: 'The request came without a session, or with one that has ended or expired.',
    remedy: 'Sign in. An app asks POST /api/auth/login and sends the token as “Authorization: Bearer …”.',
  },
  'invalid-credentials': {
    meaning: 'No account has this e-mail together with this password. Which of the two is wrong is not told.',
    remedy: 'Check both and try again, or ask for a new password.',
  },
  'password-reset-required': {
    meaning: 'The owner of the site wants this password to be changed before it is used again.',
    remedy: 'Follow the link in the mail that resets the password, then sign in with the new one.',
  },
  forbidden: {
    meaning: 'You are known, but no rule allows this.',
    remedy: 'Use an account that may do it, or ask the owner of the site.',
  },
  'cross-site': {
    meaning: 'A page of another site made your browser send this. It was stopped, and nothing was changed.',
    remedy: 'Open the page here and do it again from there.',
  },
  'insufficient-scope': {
    meaning:
      'A personal access token does what it was made for and nothing else, and this is something else.',
    remedy:
      'Make a token with the scope that the answer names. Devices, tokens and passwords need a sign-in.',
  },
  'captcha-required': {
    meaning:
      'The site asks for proof that a person is signing in, and none came along or it was not accepted.',
    remedy:
      'Continue with Wix on the sign-in page, where Wix shows the captcha. An app sends the token of a solved one along.',
  },
  'not-found': {
    meaning:
      'The address leads to nothing, or to something that is not yours. The two look alike on purpose.',
    remedy: 'Check the address. If a link on this site brought you here, what it led to was removed.',
  },
  'method-not-allowed': {
    meaning: 'The address exists, but it is not made for this kind of request.',
    remedy:
      'Use one of the methods in the Allow header. In a browser, go back and use the button on the page.',
  },
  conflict: {
    meaning: 'What you wanted to change has changed, or what you wanted to add is already there.',
    remedy: 'Load it again, look at what is new, and repeat your change.',
  },
  'email-already-exists': {
    meaning: 'Somebody has signed up with this e-mail before, perhaps you.',
    remedy: 'Sign in with it, or ask for a new password.',
  },
  'precondition-failed': {
    meaning: 'The item has changed since the version that If-Match names.',
    remedy: 'Read the item again, and decide on the change once more.',
  },
  'idempotency-key-in-use': {
    meaning: 'A request with the same idempotency key is still being worked on.',
    remedy: 'Wait as many seconds as Retry-After says and send it once more.',
  },
  'payload-too-large': {
    meaning: 'More was sent than this address takes.',
    remedy: 'Send less at once.',
  },
  'uri-too-long': {
    meaning: 'The address, with everything behind the question mark, is longer than the server reads.',
    remedy: 'Send long queries as the body of a POST request.',
  },
  'unsupported-media-type': {
    meaning: 'The body came in a format that is not read here.',
    remedy: 'Send application/json to the API, with that content type.',
  },
  'idempotency-key-reused': {
    meaning: 'The idempotency key was used before, for a request that asked for something else.',
    remedy: 'Make a new key for every new request; use the old one only to send the same request again.',
  },
  'misdirected-request': {
    meaning: 'The request names a host that this server does not answer for.',
    remedy: 'Use the address of the site. Behind a proxy, pass the Host header on.',
  },
  'too-many-requests': {
    meaning: 'More was asked in a short time than one member, one address or one account may.',
    remedy: 'Wait as long as the answer says, in Retry-After too, and go on more slowly then.',
  },
  unexpected: {
    meaning: 'A fault of ours, which is in the log under the number of this request.',
    remedy: 'Try again. If it stays, tell the owner of the site the number of the request.',
  },
  'wix-refused': {
    meaning: 'Wix did not accept what the site asked of it.',
    remedy:
      'Tell the owner of the site the number of the request: permissions or a setting at Wix need a look.',
  },
  'wix-unavailable': {
    meaning: 'Wix cannot be reached, is busy, or answers with faults of its own.',
    remedy: 'Wait a little and try again. Retry-After says how long is sensible.',
  },
  'database-unavailable': {
    meaning:
      'The site’s own database does not answer, is busy, or has no room left. Nobody was signed out by that.',
    remedy: 'Wait a little and try again. Retry-After says how long is sensible.',
  },
  'wix-timeout': {
    meaning: 'Wix did not answer in time. A write may have been done all the same.',
    remedy: 'Look whether the change is there before you repeat it.',
  },
};
