/// <reference types="astro/client" />
import type { Actor } from './lib/auth/actor.ts';
import type { Problem } from './lib/http/problem.ts';

declare global {
  namespace App {
    /** What the middleware found out about a request before any route sees it. */
    interface Locals {
      requestId: string;
      /** Whom a visitor's requests are counted under; from the socket, and proxies that are trusted. */
      client: string;
      /** A visitor when the credential was refused; see `refusal`. */
      actor: Actor;
      /** Why the credential was refused. Routes that need none, such as sign-in, look past it. */
      refusal: Problem | null;
      /** Set when a page is refused or fails: what src/pages/problem.astro explains in its place. */
      problem: Problem | null;
      /** Where forms of the page may lead besides our own origin, for its content security policy. */
      formTargets: readonly string[];
    }
  }
}
