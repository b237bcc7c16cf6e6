/** A windlass: a drum between two posts, wound with rope, and its hook. */
export function Logo({ size = 26 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden="true">
      <path d="M4 7v19M28 7v19" stroke="var(--text-dim)" strokeWidth="2.6" strokeLinecap="round" />
      <rect x="6.500" y="8" width="19" height="11" rx="2.500" fill="var(--accent)" />
      <path d="M11.500 8v11M16 8v11M20.500 8v11" stroke="var(--rail)" strokeWidth="1.8" />
      <path d="M16 19v5.500" stroke="var(--accent)" strokeWidth="2.4" strokeLinecap="round" />
      <circle cx="16" cy="26.500" r="2.300" stroke="var(--accent)" strokeWidth="2" />
    </svg>
  );
}
