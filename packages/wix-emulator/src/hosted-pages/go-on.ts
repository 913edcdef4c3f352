import { WixError } from '../http/errors.ts';
import type { WixContext } from '../http/env.ts';
import type { LoginState } from '../identity/state.ts';
import { issueCode } from '../oauth/authorize.ts';
import { rememberBrowser } from '../oauth/browser-session.ts';
import { returnAddress } from '../oauth/return-address.ts';
import type { Flow } from './flow.ts';
import { approvalNotice } from './notices.ts';
import { verificationPage } from './verification-page.ts';

/** What came of a login or registration: back to the app, or the next page. */
export function goOn(context: WixContext, flow: Flow, reached: LoginState): Response {
  switch (reached.state) {
    case 'REQUIRE_EMAIL_VERIFICATION':
      return verificationPage(flow, reached.stateToken);
    case 'REQUIRE_OWNER_APPROVAL':
      return approvalNotice();
    case 'SUCCESS':
      return finish(context, flow, reached.sessionToken);
  }
}

function finish(context: WixContext, { secret, request }: Flow, sessionToken: string): Response {
  const { site } = context.var;
  const session = site.tickets.take('session', sessionToken);
  // Of two forms sent at once, one finishes.
  if (!session || !site.tickets.take('flow', secret)) throw new WixError(410, 'This sign-in is over.');
  rememberBrowser(context, session.memberId);
  return context.redirect(returnAddress(request, issueCode(site, request, session.memberId)), 303);
}
