/** A windlass: a drum with its two cranks and the rope. */
export function Logo({ size = 26 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden="true">
      <path d="M5 9v17M27 9v17" stroke="var(--text-dim)" strokeWidth="2.4" strokeLinecap="round" />
      <rect x="7" y="9" width="18" height="9" rx="2" fill="var(--accent)" />
      <path d="M11 9v9M15 9v9M19 9v9" stroke="var(--surface)" strokeWidth="1.6" />
      <path d="M21 18v6.500a2 2 0 0 0 4 0" stroke="var(--accent)" strokeWidth="2" strokeLinecap="round" />
      <path d="M5 13.500H2.500V8M27 13.500h2.500V19" stroke="var(--text-dim)" strokeWidth="2.200" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
