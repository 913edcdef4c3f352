/** `edge` serves module calls of OAuth clients, `www` everything else; both answer alike [recorded]. */
export const WIX_HOSTS: ReadonlySet<string> = new Set(['www.wixapis.com', 'edge.wixapis.com']);
