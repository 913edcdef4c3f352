export { createWixEmulator } from './emulator.ts';
export type { MemberAdministration, WixEmulator, WixEmulatorOptions } from './emulator.ts';
export { SeedSchema } from './seed/schema.ts';
export type { Seed } from './seed/schema.ts';
export type { CallRecord } from './http/calls.ts';
export type { Mail } from './identity/outbox.ts';
export type { Member, MemberStatus } from './members/member.ts';
export type { RegisteredApp, SiteSettings } from './site.ts';
export { DataFileError } from './store/open.ts';
