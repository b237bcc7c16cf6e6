/** What a command may touch of its process; handed in, so that commands can be tested without one. */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Whether a person looks at the output: tables, colours and progress only then. */
  readonly isTerminal: boolean;
  readonly exit: (code: ExitCode) => void;
}

/** The exit codes of every command, as `docs/cli.md` lists them. */
export const EXIT = {
  ok: 0,
  /** Something unforeseen. */
  failure: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** The server refused; the refusal was printed. */
  refused: 3,
  /** No server answered. */
  unreachable: 4,
  /** A run that was waited for ended as failed. */
  runFailed: 5,
  /** The installation cannot start: database, folder, port. */
  installation: 6,
} as const;

/** One of `EXIT`. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
