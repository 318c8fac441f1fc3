/** The part that a team removes to keep only the product. */
const DEMO = '^(packages/demo|apps/[^/]+/dist/src/demo)/'

/**
 * Import rules. `npm run lint` prints the comment of a broken rule, which says what to change. This checks the built
 * JavaScript. biome.json checks type-only imports.
 * @type {import('dependency-cruiser').IConfiguration}
 */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment:
        'Move what both files need into a third file that imports neither. Biome checks type imports (noImportCycles).',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-cycles-between-features',
      severity: 'error',
      comment: 'Let one feature decorate the app with what the other needs, or pass it as an option in app.ts.',
      scope: 'folder',
      from: { path: '^apps/[^/]+/dist/src/' },
      to: { circular: true },
    },
    {
      name: 'product-never-imports-demo',
      severity: 'error',
      comment:
        'The demo is removable. Offer a neutral extension point in the product (a page slot, a listener, a decorator) and use it in apps/*/src/demo or packages/demo.',
      from: { pathNot: [DEMO, '^apps/[^/]+/dist/src/app\\.js$', '^(e2e|scripts)/'] },
      to: { path: DEMO },
    },
    {
      name: 'app-loads-demo-on-demand',
      severity: 'error',
      comment: "Only `if (config.DEMO) await app.register(import('./demo/demo.js'), …)` may name the demo in app.ts.",
      from: { path: '^apps/[^/]+/dist/src/app\\.js$' },
      to: { path: DEMO, dynamic: false },
    },
    {
      name: 'packages-do-not-import-apps',
      severity: 'error',
      comment: 'Dependencies point downward: move the shared part from the app into a package.',
      from: { path: '^(packages|prisma)/' },
      to: { path: '^(apps|e2e|scripts)/' },
    },
    {
      name: 'apps-do-not-import-each-other',
      severity: 'error',
      comment: 'The services share packages and HTTP, never app code: move shared code to packages/.',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'auth-imports-no-sibling',
      severity: 'error',
      comment: 'packages/auth must be copyable: take what you need as an argument instead.',
      from: { path: '^packages/auth/dist/src/' },
      to: { path: '^(apps|e2e|prisma|packages/(?!auth/)|packages/auth/dist/conformance/)' },
    },
    {
      name: 'contracts-import-nothing',
      severity: 'error',
      comment: 'packages/contracts has no dependencies: move code that needs a library elsewhere.',
      from: { path: '^packages/contracts/dist/src/' },
      to: { pathNot: '^packages/contracts/dist/src/' },
    },
    {
      name: 'only-the-bank-may-sign',
      severity: 'error',
      comment: "Import '@signet/auth/verifier'. Only the bank imports the issuer entry point.",
      from: { pathNot: '^(apps/bank/|examples/|packages/(auth|testing)/|scripts/)' },
      to: { path: '^packages/auth/dist/src/issuer' },
    },
    {
      name: 'the-verifier-entry-point-cannot-sign',
      severity: 'error',
      comment: 'packages/auth/src/verifier.ts reaches code that signs or hashes: export that code from issuer.ts.',
      from: { path: '^packages/auth/dist/src/verifier\\.js$' },
      to: {
        path: '^packages/auth/dist/src/(issuer|plugins/(issuing|publishing|sessions|twin-issuing)|sessions/.*|refresh/.*|hashing/.*|passkeys/.*|passwords|password-policy)\\.js$',
        reachable: true,
      },
    },
    {
      name: 'retirement-never-reaches-the-issuer-entry-point',
      severity: 'error',
      comment: 'Retirement only verifies tokens: follow the path above and import the verifier entry point instead.',
      from: { path: '^apps/retirement/dist/src/' },
      to: { path: '^packages/auth/dist/src/issuer', reachable: true },
    },
    {
      name: 'each-service-its-own-database',
      severity: 'error',
      comment: 'A service uses only its own database: call the other service over HTTP.',
      from: { path: '^(apps|prisma)/(bank|retirement)/' },
      to: { path: '^prisma/(bank|retirement)/', pathNot: '^prisma/$2/' },
    },
    {
      name: 'no-unlisted-dependency',
      severity: 'error',
      comment: "List the package in this workspace's package.json, with an exact version.",
      from: { path: '^(apps|examples|packages|prisma)/[^/]+/dist/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    includeOnly: { path: '^(apps|packages|prisma|examples|e2e|bench|scripts|node_modules)/' },
    exclude: { path: '(^|/)(generated|dist/test|src|test|assets)/.*\\.tsx?$|dist/test|dist/generated' },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
}
