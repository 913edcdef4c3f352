// Written by gatehouse-types from http://localhost:4321/api/openapi.json; changes to it will be lost.
import type { Declared } from '../src/index.ts';

export interface Schema {
  SITConnections: Declared<{
    item: {
      _id: string;
      _createdDate?: string;
      _updatedDate?: string;
      name?: string | null;
      status?: string | null;
      company?: string | null;
      phone?: string | null;
      notes?: string | null;
      lastContact?: string | null;
      memberEmail?: string | null;
    };
    insert: {
      name: string;
      status?: string;
      company?: string;
      phone?: string;
      notes?: string;
      lastContact?: string;
    };
    update: {
      name?: string;
      status?: string | null;
      company?: string | null;
      phone?: string | null;
      notes?: string | null;
      lastContact?: string | null;
    };
    replace: {
      name: string;
      status?: string | null;
      company?: string | null;
      phone?: string | null;
      notes?: string | null;
      lastContact?: string | null;
    };
    references: {};
  }>;
  Announcements: Declared<{
    item: {
      _id: string;
      _createdDate?: string;
      _updatedDate?: string;
      title?: string | null;
      body?: string | null;
      publishedAt?: string | null;
      pinned?: boolean | null;
    };
    insert: {
      title: string;
      body?: string;
      publishedAt?: string;
      pinned?: boolean;
    };
    update: {
      title?: string;
      body?: string | null;
      publishedAt?: string | null;
      pinned?: boolean | null;
    };
    replace: {
      title: string;
      body?: string | null;
      publishedAt?: string | null;
      pinned?: boolean | null;
    };
    references: {};
  }>;
  Venues: Declared<{
    item: {
      _id: string;
      _createdDate?: string;
      _updatedDate?: string;
      name?: string | null;
      address?: string | null;
    };
    insert: never;
    update: never;
    replace: never;
    references: {};
  }>;
  Introductions: Declared<{
    item: {
      _id: string;
      _createdDate?: string;
      _updatedDate?: string;
      subject?: string | null;
      stage?: string | null;
      memberIds?: readonly string[] | null;
      venue?: string | null;
    };
    insert: {
      subject: string;
      stage?: string;
      venue?: string;
    };
    update: {
      stage?: string | null;
      venue?: string | null;
    };
    replace: {
      stage?: string | null;
      venue?: string | null;
    };
    references: { venue: 'Venues' };
  }>;
}
