import type { Item } from '../lib/policy/item.ts';

/** Names people see in the form of a connection. */
export const LABELS = {
  name: 'Name',
  status: 'Status',
  company: 'Company',
  phone: 'Phone',
  lastContact: 'Last contact',
  notes: 'Notes',
} as const;

/** What the pages offer. Apps may write others, which are shown as they are. */
export const STATUSES: readonly (readonly [value: string, text: string])[] = [
  ['lead', 'Lead'],
  ['active', 'Active'],
  ['paused', 'Paused'],
];

export function statusText(status: string): string {
  return STATUSES.find(([value]) => value === status)?.[1] ?? status;
}

/** An item as the texts a form holds. */
export function asFormValues(item: Item): Record<keyof typeof LABELS, string> {
  const { name, status, company, phone, lastContact, notes } = item;
  return {
    name: text(name),
    status: text(status),
    company: text(company),
    phone: text(phone),
    lastContact: lastContact instanceof Date ? lastContact.toISOString().slice(0, 10) : '',
    notes: text(notes),
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
