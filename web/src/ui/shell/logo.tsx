// The logo: a letter P in the shape of a speech bubble with a dot, and the name.
function Mark({ size = 26 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="9" fill="#8f2d5a" />
      <path
        d="M8 9.5C8 8.1 9.1 7 10.5 7h7.2a6.3 6.3 0 0 1 0 12.6H13l-3.6 3.7c-.5.5-1.4.2-1.4-.6z"
        fill="#fff"
      />
      <path
        d="M13 11.6h5.2M13 15h3.2"
        stroke="#8f2d5a"
        strokeWidth="1.9"
        strokeLinecap="round"
        fill="none"
      />
      <circle cx="23.2" cy="23.2" r="2.6" fill="#f2b53c" />
    </svg>
  );
}

export function Logo() {
  return (
    <>
      <Mark />
      <span className="wordmark">Parlance</span>
    </>
  );
}
