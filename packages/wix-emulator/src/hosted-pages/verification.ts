import { Hono } from 'hono';
import { z } from 'zod';
import { operation } from '../http/env.ts';
import type { Env } from '../http/env.ts';
import { readForm } from '../http/form.ts';
import { verify } from '../identity/verification.ts';
import { requireFlow } from './flow.ts';
import { goOn } from './go-on.ts';
import { VERIFY_PAGE } from './paths.ts';
import { problemsOf } from './problems.ts';
import { verificationPage } from './verification-page.ts';

export const verificationPages = new Hono<Env>();

const VerificationForm = z.strictObject({
  code: z.string().max(100),
  stateToken: z.string().min(1).max(200),
});

verificationPages.post(VERIFY_PAGE, async (context) => {
  operation(context, 'hosted.verify');
  const flow = requireFlow(context);
  const { code, stateToken } = await readForm(context, VerificationForm);
  try {
    return goOn(context, flow, verify(context.var.site, code.trim(), stateToken));
  } catch (error) {
    return verificationPage(flow, stateToken, problemsOf(error));
  }
});
