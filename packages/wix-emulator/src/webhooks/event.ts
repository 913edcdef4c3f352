import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { SiteEvent } from '../events.ts';

/** What can be subscribed to, in Wix's words [recorded]. */
export const WebhookEventType = z.enum([
  'wix.data.v2.data_item_created',
  'wix.data.v2.data_item_updated',
  'wix.data.v2.data_item_deleted',
  'wix.members.v1.member_created',
  'wix.members.v1.member_updated',
  'wix.members.v1.member_deleted',
  'SitePropertiesUpdated',
]);
export type WebhookEventType = z.output<typeof WebhookEventType>;

/** What is told to a subscriber: the type, and the payload its handler is made from. */
export type WebhookEvent = Readonly<{
  eventType: WebhookEventType;
  /** Tells duplicates apart. Site properties have no id on the wire, but every delivery is listed with one. */
  id: string;
  entityId: string;
  payload: object;
}>;

export function eventTypeOf(event: SiteEvent): WebhookEventType {
  switch (event.subject) {
    case 'item':
      return `wix.data.v2.data_item_${event.change}`;
    case 'member':
      return `wix.members.v1.member_${event.change}`;
    case 'site-properties':
      return 'SitePropertiesUpdated';
  }
}

/** `sequence` rises with every change, so of two events of an entity the higher one is the later. */
export function webhookEvent(
  event: SiteEvent,
  { siteId, eventTime, sequence }: { siteId: string; eventTime: string; sequence: number },
): WebhookEvent {
  const id = randomUUID();
  const eventType = eventTypeOf(event);
  if (event.subject === 'site-properties') {
    // Not a domain event: the SDK hands the payload on as `data` [source: onPropertiesSitePropertiesUpdated].
    const { fields, properties, version } = event;
    const payload = {
      metasiteId: siteId,
      event: { version: Number(version), fields: fields.join(','), properties },
    };
    return { eventType, id, entityId: siteId, payload };
  }
  const entityId = event.subject === 'item' ? event.id : event.member.id;
  const payload = {
    id,
    entityFqdn: event.subject === 'item' ? 'wix.data.v2.data_item' : 'wix.members.v1.member',
    slug: event.change,
    entityId,
    eventTime,
    triggeredByAnonymizeRequest: false,
    originatedFrom: '',
    entityEventSequence: String(sequence),
    ...bodyOf(event),
  };
  return { eventType, id, entityId, payload };
}

type EntityEvent = Exclude<SiteEvent, { subject: 'site-properties' }>;

/** What was deleted is usually not told; `metadata.entityId` says which it was [recorded]. */
function bodyOf(event: EntityEvent): object {
  switch (event.change) {
    case 'created':
      return { createdEvent: { entity: entityOf(event) } };
    case 'updated':
      return { updatedEvent: { currentEntity: entityOf(event) } };
    case 'deleted':
      return { deletedEvent: {} };
  }
}

const entityOf = (event: EntityEvent): object =>
  event.subject === 'member'
    ? event.member
    : { id: event.id, dataCollectionId: event.collectionId, data: JSON.parse(event.data) as object };
