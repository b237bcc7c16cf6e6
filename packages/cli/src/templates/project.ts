/** The files of a new project, as `windlass init` writes them: path in the project to content. */
export function projectFiles(name: string, version: string): ReadonlyMap<string, string> {
  return new Map([
    ["dags/hello.ts", HELLO],
    ["windlass.toml", CONFIG],
    [".gitignore", "node_modules/\n.windlass/\n"],
    ["tsconfig.json", TSCONFIG],
    ["package.json", packageJson(name, version)],
  ]);
}

const HELLO = `import { Dag, getContext } from "windlass";

// A Dag with one param and two tasks. Trigger it:  npx windlass trigger hello --param name=Ada --wait
const dag = new Dag("hello", {
  description: "Greets somebody; begin here",
  schedule: null,
  params: {
    type: "object",
    properties: { name: { type: "string", minLength: 1, default: "world" } },
  },
  tags: ["start"],
});

const greet = dag.task("greet", async () => {
  const { params, log } = getContext<typeof dag>();
  log.info("greeting", { name: params.name });
  return \`Hello, \${params.name}!\`;
});

const shout = dag.task("shout", async ({ text }: { text: string }) => text.toUpperCase());

shout({ text: greet() });

export default dag;
`;

const CONFIG = `# Windlass's configuration. \`npx windlass config list\` shows every option with its value and where it comes from.
# The environment wins over this file: WINDLASS__SECTION__KEY (or AIRFLOW__SECTION__KEY).

[core]
dags_folder = "dags"
`;

const TSCONFIG = `${JSON.stringify(
  {
    compilerOptions: {
      target: "ES2024",
      module: "nodenext",
      strict: true,
      noEmit: true,
      allowImportingTsExtensions: true,
      erasableSyntaxOnly: true,
      verbatimModuleSyntax: true,
      skipLibCheck: true,
    },
    include: ["dags"],
  },
  null,
  2,
)}\n`;

function packageJson(name: string, version: string): string {
  return `${JSON.stringify(
    {
      name,
      private: true,
      type: "module",
      scripts: { start: "windlass up" },
      dependencies: { windlass: `^${version}` },
    },
    null,
    2,
  )}\n`;
}
