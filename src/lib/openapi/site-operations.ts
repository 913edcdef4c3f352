import { z } from 'zod';
import { scopeOf } from '../auth/scope.ts';
import { Collections, Member, SiteFacts } from './answers.ts';
import { COLLECTIONS, schemaRef } from './item-schemas.ts';
import type { Operation } from './operation.ts';

const SITE = 'Site';
const OPERATIONS = 'Operations';

const live = { schema: z.strictObject({ status: z.literal('live') }), example: { status: 'live' } };

export const siteOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/me',
    id: 'me',
    tag: SITE,
    summary: 'Who is signed in, as Wix knows them',
    access: { scope: 'profile:read', visitors: false },
    asksWix: true,
    answers: {
      200: {
        description: 'The member.',
        schema: Member,
        example: {
          id: '1815ada0-1210-4000-8000-000000000001',
          email: 'ada@example.com',
          emailVerified: true,
          nickname: 'Ada',
          firstName: 'Ada',
          lastName: 'Lovelace',
        },
      },
    },
  },
  {
    method: 'get',
    path: '/api/collections',
    id: 'listCollections',
    tag: SITE,
    summary: 'The declared collections, and what this caller may do',
    access: 'anybody-known',
    answers: {
      200: {
        description: 'Fields nobody may read are not mentioned.',
        schema: Collections,
        example: {
          collections: [
            {
              name: COLLECTIONS[0]?.name,
              fields: [{ name: 'name', type: 'text', required: true, writable: true }],
              actions: ['query'],
            },
          ],
        },
      },
    },
  },
  {
    method: 'get',
    path: '/api/connections',
    id: 'connections',
    tag: SITE,
    summary: 'The connections of this e-mail, which must be one’s own',
    access: { scope: scopeOf('SITConnections', 'query'), visitors: false },
    asksWix: true,
    parameters: [
      {
        name: 'email',
        in: 'query',
        required: true,
        description: 'In any case, with spaces around it or without.',
        schema: { type: 'string', maxLength: 320 },
        example: 'ada@example.com',
      },
    ],
    answers: {
      200: {
        description: 'A hundred at most.',
        schema: z.strictObject({
          result: z.literal('ok'),
          items: z.array(z.unknown().meta({ override: { ...schemaRef('SITConnections') } })),
        }),
        example: { result: 'ok', items: [] },
      },
    },
    problems: ['forbidden'],
  },
  {
    method: 'get',
    path: '/api/site-properties',
    id: 'siteProperties',
    tag: SITE,
    summary: 'Chosen properties of the site',
    description: 'An elevated call: Wix gives them to the site’s own app only.',
    access: { scope: 'site-properties:read', visitors: false },
    asksWix: true,
    answers: {
      200: {
        description: 'What of the properties leaves the server.',
        schema: SiteFacts,
        example: {
          siteDisplayName: 'Lantern Bridge',
          businessName: null,
          email: null,
          phone: null,
          language: 'en',
          timeZone: 'Europe/London',
          paymentCurrency: 'GBP',
        },
      },
    },
  },
  {
    method: 'get',
    path: '/api/health/live',
    id: 'live',
    tag: OPERATIONS,
    summary: 'Whether the process answers',
    access: 'anybody',
    answers: { 200: { description: 'It does.', ...live } },
  },
  {
    method: 'get',
    path: '/api/health/ready',
    id: 'ready',
    tag: OPERATIONS,
    summary: 'Whether every part that requests rely on answers',
    access: 'anybody',
    answers: {
      200: {
        description:
          'All do. `resting` names parts of Wix that are not asked for a moment, since they are in trouble.',
        schema: z.strictObject({ status: z.literal('ready'), resting: z.array(z.string()).optional() }),
        example: { status: 'ready' },
      },
      503: {
        description: 'The names of those that do not.',
        schema: z.strictObject({ status: z.literal('not-ready'), failing: z.array(z.string()) }),
        example: { status: 'not-ready', failing: ['database'] },
      },
    },
  },
  {
    method: 'get',
    path: '/api/openapi.json',
    id: 'openapi',
    tag: OPERATIONS,
    summary: 'This document',
    access: 'anybody',
    answers: {
      200: {
        description: 'OpenAPI 3.1.',
        schema: z.looseObject({ openapi: z.string() }),
        example: { openapi: '3.1.1' },
      },
      304: { description: 'The version in If-None-Match is the present one.', headers: ['ETag'] },
    },
  },
];
