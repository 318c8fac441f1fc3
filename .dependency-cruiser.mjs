/** What a team removes to have the product alone. */
const DEMO = '^(packages/demo|apps/[^/]+/dist/src/demo)/'

/**
 * Who may import whom. Each rule's comment says what to do when it is broken: `npm run lint` prints it. It reads the built
 * JavaScript, what really runs; biome.json adds the rules that imports of types alone must keep as well, and the one for
 * `e2e`, which is never built.
 * @type {import('dependency-cruiser').IConfiguration}
 */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment:
        'Move what both files need into a third one that imports neither. Biome checks imports of types (noImportCycles).',
      from: {},
      to: { circular: true },
    },
    {
      name: 'features-do-not-import-each-other-in-a-circle',
      severity: 'error',
      comment:
        'Let one of the two features decorate the app with what the other needs, or let app.ts pass it as an option.',
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
      to: { path: '^(apps|e2e)/' },
    },
    {
      name: 'apps-do-not-import-each-other',
      severity: 'error',
      comment: 'The services share packages and HTTP, never code of their own: move it to packages/.',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'auth-imports-no-sibling',
      severity: 'error',
      comment: 'packages/auth is the part to lift out: take what you need as an argument instead.',
      from: { path: '^packages/auth/dist/src/' },
      to: { path: '^(apps|e2e|prisma|packages/(?!auth/))' },
    },
    {
      name: 'contracts-import-nothing',
      severity: 'error',
      comment: 'What both services agree on stands alone: move code that needs a library elsewhere.',
      from: { path: '^packages/contracts/dist/src/' },
      to: { pathNot: '^packages/contracts/dist/src/' },
    },
    {
      name: 'only-the-bank-may-sign',
      severity: 'error',
      comment: "Import '@signet/auth/verifier'. Only the bank imports the issuer entry point.",
      from: { pathNot: '^(apps/bank/|examples/|packages/auth/|scripts/)' },
      to: { path: '^packages/auth/dist/src/issuer' },
    },
    {
      name: 'the-verifier-entry-point-cannot-sign',
      severity: 'error',
      comment:
        'Something behind packages/auth/src/verifier.ts reaches code that signs or hashes: export it from issuer.ts.',
      from: { path: '^packages/auth/dist/src/verifier\\.js$' },
      to: {
        path: '^packages/auth/dist/src/(issuer|plugins/issuing|plugins/twin-issuing|hashing/.*|passwords|password-policy)\\.js$',
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
      comment: 'A service reads its own database alone: ask the other service over HTTP.',
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
