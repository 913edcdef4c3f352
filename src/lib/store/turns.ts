/** Gives back the turn. */
type Done = () => void;

/** One at a time, in the order they came; nobody waits beyond their deadline. */
export class Turns {
  #taken = false;
  readonly #waiting: (() => void)[] = [];

  /**
   * @param deadline in the time of `performance.now()`.
   * @returns `null` when the turn did not come in time.
   */
  async take(deadline: number): Promise<Done | null> {
    if (this.#taken && !(await this.#comes(deadline))) return null;
    this.#taken = true;
    let isDone = false;
    return () => {
      if (isDone) return;
      isDone = true;
      const next = this.#waiting.shift();
      if (next) next();
      else this.#taken = false;
    };
  }

  #comes(deadline: number): Promise<boolean> {
    return new Promise((resolve) => {
      const come = () => {
        clearTimeout(timer);
        resolve(true);
      };
      const timer = setTimeout(
        () => {
          this.#waiting.splice(this.#waiting.indexOf(come), 1);
          resolve(false);
        },
        Math.max(0, deadline - performance.now()),
      );
      this.#waiting.push(come);
    });
  }
}
