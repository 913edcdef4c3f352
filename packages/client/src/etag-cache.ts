interface Version {
  etag: string;
  text: string;
}

/** The newest versions of items that were read, the last used at the end; a hundred at most. */
export class EtagCache {
  readonly #versions = new Map<string, Version>();

  /** What was read there by whoever holds this token. */
  get(url: string, token: string | undefined): Version | undefined {
    return this.#versions.get(keyOf(url, token));
  }

  /** As text: what one caller does to its result must not show in another's. */
  keep(url: string, token: string | undefined, version: Version): void {
    const key = keyOf(url, token);
    this.#versions.delete(key);
    this.#versions.set(key, version);
    for (const oldest of this.#versions.keys()) {
      if (this.#versions.size <= 100) break;
      this.#versions.delete(oldest);
    }
  }
}

function keyOf(url: string, token = ''): string {
  return `${token} ${url}`;
}
