import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

/** What habits.md asks for and no ready-made rule knows. Each message says what to do instead. */
const everywhere = [
  {
    selector: "ThrowStatement > NewExpression[callee.name='Error']",
    message:
      "Throw a refusal of the catalogue (@windlass/contract), or use invariant/assertNever for what cannot happen.",
  },
  {
    selector:
      "CallExpression[callee.property.name=/^(includes|match|startsWith|endsWith)$/][callee.object.property.name='message']",
    message: "Never decide by the text of a message: branch on the error's code or class.",
  },
  {
    selector: "ExportAllDeclaration",
    message: "Name what is exported: `export *` makes everything public by accident.",
  },
];

const inTests = [
  {
    selector: "CallExpression[callee.object.name='vi'][callee.property.name=/^(mock|doMock)$/]",
    message: "Our own modules are never mocked: use the real one, with a real database.",
  },
  {
    selector: "NewExpression[callee.name='Promise'] CallExpression[callee.name='setTimeout']",
    message: "A test never sleeps: await a signal or move an injected clock.",
  },
];

export default tseslint.config(
  {
    ignores: [
      "**/node_modules/",
      "**/dist/",
      "**/generated/",
      "**/coverage/",
      "**/.windlass/",
      "**/.cache/",
      "conformance/recordings/",
    ],
  },
  eslint.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "no-restricted-syntax": ["error", ...everywhere],
      eqeqeq: ["error", "always", { null: "ignore" }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrorsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      // Off: an `async` function without `await` is how a synchronous implementation meets an asynchronous port.
      "@typescript-eslint/require-await": "off",
      // Off: terminal colours and log lines are matched by their control characters; that is what such a pattern is for.
      "no-control-regex": "off",
      // Numbers, booleans and null print as anybody expects; objects in a template stay an error.
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        {
          allowNumber: true,
          allowBoolean: true,
          allowNullish: true,
          allow: ["Error", "URL", "URLSearchParams"],
        },
      ],
      // Off: our ports and operations are plain objects of functions that know no `this`; the rule takes each for a class's method.
      "@typescript-eslint/unbound-method": "off",
      // TanStack Router's redirects and not-found are thrown by design, and they are no errors.
      "@typescript-eslint/only-throw-error": [
        "error",
        { allow: [{ from: "package", name: ["Redirect", "NotFoundError"], package: "@tanstack/router-core" }] },
      ],
      // Fire-and-forget callbacks are allowed as arguments (Fastify, event emitters); promises as conditions stay an error.
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: false }],
    },
  },
  {
    files: ["**/*.test.ts", "**/*.test.tsx", "**/test/**", "**/test-support/**"],
    rules: {
      "no-restricted-syntax": ["error", ...everywhere.slice(2), ...inTests],
      // Off in tests: bodies of answers are read as they came; the assertion on the value is the check of its type.
      "@typescript-eslint/no-explicit-any": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      // Off in tests: a promise that must not be awaited yet is the subject of many of them, and `!` follows an assertion.
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
  {
    // Modules, but not the product: what runs before anything is installed cannot import the catalogue.
    files: ["scripts/**", "bench/**", "chaos/**", "conformance/**", "examples/**", "*.config.{ts,js}"],
    rules: { "no-restricted-syntax": ["error", ...everywhere.slice(1)] },
  },
  {
    // Plain JavaScript is no part of the TypeScript project: its types are not known, so the typed rules cannot run.
    files: ["**/*.js", "**/*.mjs"],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: {
      ...tseslint.configs.disableTypeChecked.languageOptions,
      globals: {
        process: "readonly",
        console: "readonly",
        URL: "readonly",
        setTimeout: "readonly",
        clearTimeout: "readonly",
        setInterval: "readonly",
        clearInterval: "readonly",
        fetch: "readonly",
        Buffer: "readonly",
        AbortController: "readonly",
        AbortSignal: "readonly",
        TextDecoder: "readonly",
        TextEncoder: "readonly",
        structuredClone: "readonly",
        performance: "readonly",
      },
    },
  },
);
