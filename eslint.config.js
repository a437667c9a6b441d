import tseslint from 'typescript-eslint'

const STAGES = ['acquire', 'ingest', 'join', 'predict', 'raise', 'store', 'watch']

/** A stage imports only from the stages before it and from the files at the root of src. */
const stageOrder = STAGES.map((stage, index) => ({
  files: [`src/${stage}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group: STAGES.slice(index + 1).map((later) => `**/${later}/**`),
            message: `${stage} comes before it in the way of a reading`,
          },
          {
            group: [
              '**/pipeline.ts',
              '**/demo-stage.ts',
              '**/log-publisher.ts',
              '**/doctor.ts',
              '**/main.ts',
              '**/tune/**',
            ],
            message: 'a stage does not know how it is composed',
          },
        ].filter(({ group }) => group.length > 0),
      },
    ],
  },
}))

const noClock = [
  { selector: "MemberExpression[object.name='Date'][property.name='now']", message: 'time comes from clock.ts' },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'time comes from clock.ts' },
  { selector: "MemberExpression[object.name='Math'][property.name='random']", message: 'randomness is seeded' },
]

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'data/**', 'models/**', 'dashboards/dist/**'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      // `import { type A }` loads the module all the same, with whatever that loads.
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', package: 'node:test', name: ['describe', 'it', 'test', 'before', 'after'] },
          ],
        },
      ],
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      eqeqeq: ['error', 'always'],
    },
  },
  { files: ['src/**/*.ts', 'dashboards/**/*.ts', 'dashboards/**/*.tsx'], rules: { 'max-lines': ['error', 300] } },
  { files: ['src/**/*.ts'], ignores: ['src/clock.ts'], rules: { 'no-restricted-syntax': ['error', ...noClock] } },
  { files: ['src/records.ts'], rules: { 'max-lines': 'off' } },
  ...stageOrder,
)
