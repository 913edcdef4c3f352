import { Hono } from 'hono';
import { z } from 'zod';
import { WixError } from '../http/errors.ts';
import { html } from '../http/html.ts';
import type { Html } from '../http/html.ts';
import { MemberStatus } from '../members/member.ts';
import type { Member } from '../members/member.ts';
import type { Account } from '../members/store.ts';
import { WrittenKey } from '../roles/key.ts';
import type { Desk } from './desk.ts';
import { backTo, readForm } from './form.ts';
import { button, deskPage, pager, pretty, table } from './layout.ts';
import { pageNumber, PAGE_SIZE } from './paging.ts';
import { ADMIN } from './paths.ts';

/** Keys with commas between them; the field is left out when it is empty. */
const FormRoles = z
  .string()
  .default('')
  .transform((text) => text.split(',').filter((key) => key.trim() !== ''))
  .pipe(z.array(WrittenKey));

/** Who is on the site, and what its owner decides about them. */
export function membersRoutes({ wix, site }: Desk): Hono {
  const routes = new Hono();
  const require = (id: string): Account => {
    const account = site.members.account(id);
    if (!account) throw new WixError(404, `There is no member ${id}`);
    return account;
  };

  routes.get('/members', (context) => {
    const number = pageNumber(context);
    const members = site.store
      .all<{ data: string }>(
        'SELECT data FROM members ORDER BY login_email LIMIT ? OFFSET ?',
        PAGE_SIZE + 1,
        (number - 1) * PAGE_SIZE,
      )
      .map(({ data }) => JSON.parse(data) as Member);
    const body = html`<div class="sheet">
      ${table('Members', ['Login e-mail', 'Name', 'Status', 'E-mail verified', 'Last login'], members.slice(0, PAGE_SIZE).map(row))}
      ${pager('/members', {}, number, members.length > PAGE_SIZE)}
    </div>`;
    return deskPage(context, { place: '/members', title: 'Members', body });
  });

  routes.get('/members/:id', (context) => {
    const account = require(context.req.param('id'));
    return deskPage(context, {
      place: '/members',
      title: account.member.loginEmail,
      body: oneMember(account),
    });
  });

  routes.post('/members/:id', async (context) => {
    const { id } = require(context.req.param('id')).member;
    const { status, verified } = await readForm(
      context,
      z.strictObject({ status: MemberStatus, verified: z.literal('on').optional() }),
    );
    wix.members.setStatus(id, status);
    wix.members.setLoginEmailVerified(id, verified === 'on');
    return backTo(`/members/${id}`, 'saved');
  });
  routes.post('/members/:id/roles', async (context) => {
    const { id } = require(context.req.param('id')).member;
    const { roles } = await readForm(context, z.strictObject({ roles: FormRoles }));
    wix.members.setRoles(id, roles);
    return backTo(`/members/${id}`, 'saved');
  });
  routes.post('/members/:id/require-password-reset', (context) => {
    const { id } = require(context.req.param('id')).member;
    wix.members.requirePasswordReset(id);
    return backTo(`/members/${id}`, 'saved');
  });
  routes.post('/members/:id/revoke', (context) => {
    const { id } = require(context.req.param('id')).member;
    wix.members.revokeRefreshTokens(id);
    return backTo(`/members/${id}`, 'revoked');
  });
  routes.post('/members/:id/remove', (context) => {
    wix.members.remove(require(context.req.param('id')).member.id);
    return backTo('/members', 'removed');
  });
  return routes;
}

const nameOf = ({ contact, profile }: Member): string =>
  [contact.firstName, contact.lastName].filter(Boolean).join(' ') || (profile.nickname ?? '');

const row = (member: Member): Html =>
  html`<tr>
    <td><a href="${ADMIN}/members/${encodeURIComponent(member.id)}">${member.loginEmail}</a></td>
    <td>${nameOf(member)}</td>
    <td>${member.status}</td>
    <td>${member.loginEmailVerified ? 'yes' : 'no'}</td>
    <td>${member.lastLoginDate ?? 'never'}</td>
  </tr>`;

function oneMember({ member, roles }: Account): Html {
  const path = `/members/${encodeURIComponent(member.id)}`;
  return html`<section class="sheet">
      <h2>What the owner decides</h2>
      <form method="post" action="${ADMIN}${path}">
        <div class="field">
          <label for="status">Status</label>
          <select id="status" name="status">
            ${MemberStatus.options.map(
              (status) => html`<option${status === member.status && html` selected`}>${status}</option>`,
            )}
          </select>
        </div>
        <div class="check">
          <input
            id="verified"
            name="verified"
            type="checkbox"
            ${member.loginEmailVerified && html` checked`}
          />
          <label for="verified">The login e-mail is verified</label>
        </div>
        <p class="actions"><button>Save</button></p>
      </form>
      <form method="post" action="${ADMIN}${path}/roles">
        <div class="field">
          <label for="roles">Roles beyond being a member, with commas between them</label>
          <input id="roles" name="roles" value="${roles.join(', ')}" />
        </div>
        <p class="actions"><button>Save roles</button></p>
      </form>
      <div class="actions">
        ${button(`${path}/require-password-reset`, 'Require a new password')}
        ${button(`${path}/revoke`, 'Revoke refresh tokens')} ${button(`${path}/remove`, 'Remove', 'danger')}
      </div>
    </section>
    <section class="sheet">
      <h2>As Wix tells it</h2>
      ${pretty('The member as JSON', member)}
    </section>`;
}
