import { openAdapter } from './adapter.ts';
import { provideExternalDatabase } from './current.ts';
import { openExternalDatabase, type ExternalDatabaseAddress } from './database.ts';
import { plantDemo } from './demo.ts';
import { Fault } from './fault.ts';
import { tablePolicies } from './rules/declared.ts';
import { openVerifier, type VerifierOptions } from './v3/authenticate.ts';

export type ExternalDoorOptions = ExternalDatabaseAddress &
  VerifierOptions &
  Readonly<{
    /** Of the legacy generation; without one it is closed. */
    secretKey: string | undefined;
    /** Whether the embedded database begins with the demo's table. */
    withDemo: boolean;
  }>;

export type ExternalDoor = Readonly<{
  /** Reads the catalogue again. A database that is away is no failure: calls will say so. */
  lookAgain: () => Promise<void>;
  close: () => Promise<void>;
}>;

/**
 * Opens the adapter that Wix calls. A PostgreSQL that cannot be reached does not keep the site from starting.
 * @throws {Error} when the embedded file is damaged or a public key cannot be read.
 */
export async function openExternalDoor(options: ExternalDoorOptions): Promise<ExternalDoor> {
  const { url, secretKey, sites, withDemo } = options;
  const verifier = await openVerifier(options);
  const database = await openExternalDatabase(options);
  const adapter = openAdapter(database, tablePolicies);
  if (withDemo && url === undefined) await plantDemo(database);
  provideExternalDatabase({ adapter, verifier, secretKey, sites });
  return {
    async lookAgain() {
      try {
        await adapter.catalogue.refresh();
      } catch (error) {
        if (!(error instanceof Fault) || error.status < 503) throw error;
      }
    },
    close: () => database.close(),
  };
}
