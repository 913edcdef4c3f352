import { html } from '../http/html.ts';
import { page } from '../http/page.ts';

/** Ends a walk without going back to the app. */
export const approvalNotice = (): Response =>
  page({
    title: 'Waiting for approval',
    body: html`<section class="sheet">
      <h1>Waiting for approval</h1>
      <p>The owner of this site looks at each new member. You can sign in once you are approved.</p>
    </section>`,
  });
