/** The role that owns everything; its password never leaves the control processes. */
export const SUPERUSER = "windlass";
/** The metadata database. */
export const DATABASE = "windlass";
/** Part of the socket file's name only: the server listens on no network. */
export const PORT = 5432;

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: "",
  unix_socket_permissions: "0700",
  max_connections: "50",
  // Memory: a quiet server of some 40 MB.
  shared_buffers: "32MB",
  io_method: "sync",
  max_worker_processes: "4",
  max_parallel_workers: "2",
  max_logical_replication_workers: "0",
  autovacuum_worker_slots: "3",
  autovacuum_max_workers: "2",
  autovacuum_naptime: "15s",
  huge_pages: "off",
  jit: "off",
  effective_cache_size: "512MB",
  random_page_cost: "1.1",
  // Durability stays whole: fsync, full_page_writes and synchronous_commit are on.
  fsync: "on",
  synchronous_commit: "on",
  wal_level: "minimal",
  max_wal_senders: "0",
  min_wal_size: "64MB",
  max_wal_size: "512MB",
  TimeZone: "UTC",
  log_timezone: "UTC",
  lc_messages: "C",
  log_line_prefix: "%m [%p] %a ",
  log_checkpoints: "off",
};

/**
 * The arguments of the server process.
 * @param overrides settings that differ, for tests that want speed instead of durability
 */
export function serverArguments(
  cluster: string,
  socketFolder: string,
  overrides: Readonly<Record<string, string>>,
): readonly string[] {
  const settings = { ...SETTINGS, ...overrides, unix_socket_directories: socketFolder };
  return [
    "-D",
    cluster,
    "-p",
    String(PORT),
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
}

/** What the server writes into `postmaster.opts` when it is started so; equal text means equal settings and binaries. */
export function commandLineOf(postgres: string, parameters: readonly string[]): string {
  return `${[postgres, ...parameters.map((each) => `"${each}"`)].join(" ")}\n`;
}
