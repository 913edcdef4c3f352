import type { WixContext } from '../http/env.ts';

/** An item as answers carry it [recorded]; `data` is JSON already. */
export const presentItem = (collectionId: string, id: string, data: string): string =>
  `{"id":${JSON.stringify(id)},"dataCollectionId":${JSON.stringify(collectionId)},"data":${data}}`;

/** Answers with one item. */
export const answerItem = (context: WixContext, collectionId: string, id: string, data: string): Response =>
  answerJson(context, `{"dataItem":${presentItem(collectionId, id, data)}}`);

/** Answers with JSON text: rows are stored as they are sent, so most need no parsing on the way out. */
export const answerJson = (context: WixContext, text: string): Response =>
  context.body(text, 200, { 'content-type': 'application/json' });
