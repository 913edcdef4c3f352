// @ts-check

/**
 * Who may import whom. A request passes through few rooms, in one direction; these rules keep it so.
 * `.astro` files are not read by this tool: for them, .oxlintrc.json says the same of pages.
 */

const TESTS = String.raw`\.(test|contract)\.[cm]?[jt]s$|^tests/|^packages/[^/]+/tests?/`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    // ── Wix
    {
      name: 'only-lib-wix-speaks-to-wix',
      comment:
        'A change of Wix version touches one folder, and no call escapes the transport and its journal.',
      severity: 'error',
      from: { path: '^(src|server|packages)/', pathNot: ['^src/lib/wix/', TESTS] },
      to: { path: '(^|/)node_modules/@wix/' },
    },
    {
      name: 'only-elevated-holds-the-key',
      comment: '`auth.elevate` comes from @wix/essentials; whoever does not import it cannot raise rights.',
      severity: 'error',
      from: { path: '^(src|server)/', pathNot: String.raw`^src/lib/wix/elevated\.ts$` },
      to: { path: '(^|/)node_modules/@wix/(essentials|auth)/' },
    },
    {
      name: 'elevated-is-reached-within-lib-wix',
      comment:
        'Elevated operations are offered by lib/wix/items and its neighbours, which choose by the Grant.',
      severity: 'error',
      from: { path: '^(src|server)/', pathNot: '^src/lib/wix/' },
      to: { path: String.raw`^src/lib/wix/elevated\.ts$` },
    },

    // ── The road: http → auth → policy → wix, store
    {
      name: 'pages-go-through-the-rooms',
      comment:
        'Pages, routes and the middleware are checklists: what they know of our database they ask the rooms.',
      severity: 'error',
      from: { path: String.raw`^src/(pages/|actions/|middleware\.ts$)` },
      to: { path: '^src/lib/store/' },
    },
    {
      name: 'rooms-do-not-know-pages',
      comment: 'A room that imports a page, an action or the middleware turns the road round.',
      severity: 'error',
      from: { path: '^src/lib/' },
      to: { path: String.raw`^src/(pages/|actions/|middleware\.ts$|server\.ts$)` },
    },
    {
      name: 'http-does-not-know-wix',
      comment: 'The edge parses and answers; Wix failures reach it as Problems.',
      severity: 'error',
      from: { path: '^src/lib/http/' },
      to: { path: '^src/lib/(wix|external-database)/' },
    },
    {
      name: 'policy-only-decides',
      comment:
        'A decision follows from the actor and the declared rules alone, so that it can be explained and tested.',
      severity: 'error',
      from: { path: '^src/lib/policy/' },
      to: { path: '^src/lib/(wix|store|external-database)/' },
    },
    {
      name: 'system-grants-are-for-the-site',
      comment: 'What the site may do on its own account no route, page or rule can ask for.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: [String.raw`^src/lib/auth/member-(watch|roles)\.ts$`, '^src/lib/doctor/', TESTS],
      },
      to: { path: String.raw`^src/lib/policy/system\.ts$` },
    },
    {
      name: 'wix-takes-grants-not-people',
      comment:
        'lib/wix asks for a Grant; were it to look at the actor it could decide for itself. It reports Problems.',
      severity: 'error',
      from: { path: '^src/lib/wix/' },
      to: {
        path: '^src/lib/(auth|http|external-database)/',
        pathNot: String.raw`^src/lib/http/problem\.ts$`,
      },
    },
    {
      name: 'store-knows-only-itself',
      comment: 'The store keeps rows. What they mean is said in the rooms that use it.',
      severity: 'error',
      from: { path: '^src/lib/store/' },
      to: {
        path: '^src/lib/(wix|policy|auth|http|external-database)/',
        pathNot: String.raw`^src/lib/http/problem\.ts$`,
      },
    },

    {
      name: 'doctor-is-for-the-command',
      comment: 'It asks Wix with the rights of the site itself; nothing that answers requests may reach it.',
      severity: 'error',
      from: { path: '^(src|server)/', pathNot: ['^src/lib/doctor/', TESTS] },
      to: { path: '^src/lib/doctor/' },
    },

    // ── The packages, and the one place where they meet the site
    {
      name: 'site-does-not-know-packages',
      comment:
        'The emulator must be removable without a trace: the site meets it only as Request and Response.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^packages/' },
    },
    {
      name: 'packages-do-not-know-the-site',
      comment: 'An emulator that shares code with the site would agree with its mistakes.',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^(src|server|tests|bench|scripts)/' },
    },
    {
      name: 'packages-do-not-know-each-other',
      comment: 'The client is published alone, the emulator never.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^packages/', pathNot: '^packages/$1/' },
    },
    {
      name: 'one-composition-root',
      comment: 'Only the server entry joins site and emulator; tests and measurements may as well.',
      severity: 'error',
      from: { pathNot: '^(server|tests|bench|packages/wix-emulator)/' },
      to: { path: '^packages/wix-emulator/' },
    },
    {
      name: 'server-loads-the-site-as-built',
      comment:
        'Were src imported beside the bundle, there would be two contexts and two sets of Grants. Types are fine.',
      severity: 'error',
      from: { path: '^server/', pathNot: TESTS },
      to: { path: '^src/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'client-stands-alone',
      comment:
        'It runs in browsers, in React Native and in Node: nothing but itself, no built-ins, no dependencies.',
      severity: 'error',
      from: { path: '^packages/client/src/', pathNot: TESTS },
      to: { pathNot: '^packages/client/' },
    },

    // ── Sound in general
    {
      name: 'no-circular',
      comment:
        'Modules that need each other are one module, or a third one is missing. Rings of mere types are erased.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-unresolvable',
      comment: 'A module that is not there. Virtual ones of Astro and the built site are.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: ['^astro:', '^virtual:', '(^|/)dist/'] },
    },
    {
      name: 'no-undeclared-package',
      comment:
        'A package that package.json does not name is there by accident. Tests of packages use those of the root.',
      severity: 'error',
      from: { pathNot: String.raw`^packages/.*\.test\.ts$|^packages/[^/]+/tests?/` },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'production-needs-no-development-packages',
      comment: 'The site is served without them.',
      severity: 'error',
      from: { path: '^(src|server|packages/[^/]+/src)/', pathNot: TESTS },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: '/node_modules/@types/',
      },
    },
    {
      name: 'production-does-not-import-tests',
      comment: 'Helpers of tests say and do what a site must not.',
      severity: 'error',
      from: { path: '^(src|server|packages)/', pathNot: TESTS },
      to: { path: TESTS },
    },
  ],

  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    // A type-only import is a dependency too, but is told apart.
    tsPreCompilationDeps: 'specify',
    doNotFollow: { path: 'node_modules' },
    // What a build leaves behind, but not the dist folders of packages from the registry.
    exclude: { path: ['^dist/', '^[.]astro/', '^(packages|bench)/[^/]+/dist/', '^bench/[^/]+/[.]astro/'] },
    moduleSystems: ['es6', 'cjs', 'tsd'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.mts', '.d.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
