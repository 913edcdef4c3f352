import { serve } from '../server/gatehouse.ts';

/** One site on a filled data folder, in a process of its own. */
const site = await serve({ variables: process.env });
process.once('disconnect', () => void site.stop().then(() => process.exit(0)));
process.send?.({ address: site.address });
