/** How Wix is spared calls, and left alone while it is in trouble. */
export type Sparing = Readonly<{
  /** So many outages in a row, and a part of Wix is given a rest. */
  outagesToOpen: number;
  /** How long that rest lasts before one call finds out whether it is over, in milliseconds. */
  restMs: number;
  /** The longest that a 429 keeps calls from being sent, in milliseconds, whatever its Retry-After says. */
  longestPauseMs: number;
  /** Memory for answers of collections that are declared `cached`; with 0 none is kept. */
  keptBytes: number;
}>;

/** The figures of a site. Tests start it with others. */
export const SPARING: Sparing = {
  outagesToOpen: 5,
  restMs: 5_000,
  longestPauseMs: 60_000,
  keptBytes: 16 * 1024 * 1024,
};
