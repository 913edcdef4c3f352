import { z } from 'zod';

/** What the owner chose for the site, and switches of the emulator's own. Stored in the data file. */
export const SiteSettings = z.strictObject({
  /** A member must enter a mailed code before their first sign-in. */
  emailVerification: z.boolean(),
  /** A new member waits for the owner. */
  ownerApproval: z.boolean(),
  /** Sign-in and sign-up need a captcha token; see the README for which tokens pass. */
  captcha: z.boolean(),
  /** The emulator's own: counts the address of a sign-up as verified though nobody was asked, for demos without a mailbox. */
  trustSignUps: z.boolean(),
  /** How long access tokens live. Wix: four hours. */
  accessTokenSeconds: z.number().int().min(1).max(31_536_000),
  /** How far reads without `consistentRead` lag behind; 0 is never. */
  replicaDelayMs: z.number().int().min(0).max(3_600_000),
});
export type SiteSettings = z.output<typeof SiteSettings>;

/** A new site's. */
export const DEFAULT_SETTINGS: SiteSettings = {
  emailVerification: false,
  ownerApproval: false,
  captcha: false,
  trustSignUps: false,
  accessTokenSeconds: 14_400,
  replicaDelayMs: 0,
};

/** Some of the settings, as a seed or a change names them; naming one as `undefined` leaves it alone. */
export const SettingsChange = SiteSettings.partial();
export type SettingsChange = z.output<typeof SettingsChange>;
