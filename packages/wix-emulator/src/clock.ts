/** The site's time: the clock it was given, moved forward by whoever wants to see things expire. */
export class SiteClock {
  readonly #clock: () => number;
  #offset = 0;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Milliseconds since 1970. */
  readonly now = (): number => this.#clock() + this.#offset;

  forward(milliseconds: number): void {
    this.#offset += milliseconds;
  }
}
