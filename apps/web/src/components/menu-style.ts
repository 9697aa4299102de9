export const menuPanel =
  'z-30 min-w-52 rounded-lg border border-line bg-surface p-1.5 shadow-raised';

export const menuItem =
  'flex cursor-pointer items-center gap-2 rounded-md px-2.5 py-1.5 outline-none select-none data-disabled:opacity-50 data-highlighted:bg-sunken';
