/// <reference types="astro/client" />

declare namespace App {
  /** What the middleware found out about a request before any route sees it. */
  interface Locals {
    requestId: string;
    /** A visitor when the credential was refused; see `refusal`. */
    actor: import('./lib/auth/actor.ts').Actor;
    /** Why the credential was refused. Routes that need none, such as sign-in, look past it. */
    refusal: import('./lib/http/problem.ts').Problem | null;
  }
}
