/** 16 × 16, in the colour of the surrounding text. */
const paths = {
  alert: 'M8 2.2 14.6 13.5H1.4L8 2.2ZM8 6.5v3.2M8 11.6v.1',
  check: 'm3 8.5 3.3 3.3L13 5',
  chevron: 'm4.5 6.5 3.5 3.5 3.5-3.5',
  circle: 'M8 3a5 5 0 1 1 0 10A5 5 0 0 1 8 3Z',
  clock: 'M8 2.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2ZM8 5v3.2l2.2 1.4',
  close: 'm4 4 8 8M12 4l-8 8',
  cross: 'M8 2.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2ZM6 6l4 4M10 6l-4 4',
  download: 'M8 2.5V10M4.8 7 8 10.2 11.2 7M3 13.2h10',
  edit: 'M3 13l.7-2.8 7-7a1.3 1.3 0 0 1 1.8 0l.3.3a1.3 1.3 0 0 1 0 1.8l-7 7L3 13Z',
  dot: 'M8 7.5a.5.5 0 1 1 0 1 .5.5 0 0 1 0-1Z',
  external: 'M6.5 3.5h-3v9h9v-3M9.5 2.5h4v4M13.2 2.8 7.5 8.5',
  copy: 'M6 5.5h6.5v8H6v-8ZM3.5 10.5v-8H10',
  eye: 'M1.8 8S4 3.8 8 3.8 14.2 8 14.2 8 12 12.2 8 12.2 1.8 8 1.8 8ZM8 6.3a1.7 1.7 0 1 1 0 3.4 1.7 1.7 0 0 1 0-3.4Z',
  flag: 'M4 14V2.5h8l-2 3 2 3H4',
  half: 'M8 2.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2ZM8 2.2v11.6M10 4v8M12 5.6v4.8',
  help: 'M8 2.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2ZM6.3 6.5a1.7 1.7 0 1 1 2.6 1.4c-.6.4-.9.7-.9 1.3M8 11.2v.1',
  key: 'M10.5 2.5a3 3 0 1 1 0 6 3 3 0 0 1 0-6ZM8.3 7.7 3 13M4.5 11.5 6 13',
  list: 'M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.1M2.5 8h.1M2.5 12h.1',
  more: 'M3.5 8h.1M8 8h.1M12.5 8h.1',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3.2 12.5 8 5 12.8V3.2Z',
  plus: 'M8 3v10M3 8h10',
  retry:
    'M13.2 6.5A5.5 5.5 0 0 0 3.4 5M2.8 9.5A5.5 5.5 0 0 0 12.6 11M13.4 2.8v3.8H9.6M2.6 13.2V9.4h3.8',
  scales: 'M8 2.5v11M4.5 13.5h7M2.5 5h11M4 5 2 9.5h4L4 5ZM12 5l-2 4.5h4L12 5Z',
  search: 'M7 2.8a4.2 4.2 0 1 1 0 8.4 4.2 4.2 0 0 1 0-8.4ZM10.1 10.1l3.4 3.4',
  slash: 'M8 2.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2ZM4 12l8-8',
  store:
    'M2.5 6.5 3.5 3h9l1 3.5M3.5 8v5h9V8M2.5 6.5a1.8 1.8 0 0 0 3.6 0 1.8 1.8 0 0 0 3.7 0 1.8 1.8 0 0 0 3.7 0M6.5 13v-3h3v3',
  user: 'M8 2.5a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6ZM2.8 13.5a5.2 5.2 0 0 1 10.4 0',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, className = 'size-4' }: { name: IconName; className?: string }) {
  const isBold = name === 'dot' || name === 'more' || name === 'list';
  return (
    <svg
      viewBox="0 0 16 16"
      className={`shrink-0 ${className}`}
      fill="none"
      stroke="currentColor"
      strokeWidth={isBold && name !== 'list' ? 2.4 : 1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  );
}

export function Logo({ className = 'size-6' }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" className={`shrink-0 ${className}`} aria-hidden="true">
      <rect width="24" height="24" rx="6" className="fill-accent" />
      <path
        d="M5.5 17V9.2L12 13.6l6.5-4.4V17M8 5.5l4 4 4-4"
        fill="none"
        className="stroke-on-accent"
        strokeWidth="2"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
