import type { ComponentProps } from 'react';
import { Icon, type IconName } from './icon.tsx';

const kinds = {
  primary: 'bg-accent text-on-accent hover:not-disabled:bg-accent-strong border-transparent',
  secondary: 'bg-surface text-ink border-line-strong hover:not-disabled:bg-sunken',
  danger: 'bg-bad text-on-bad hover:not-disabled:bg-bad-strong border-transparent',
  quiet: 'text-muted border-transparent hover:not-disabled:bg-sunken hover:not-disabled:text-ink',
};

const base =
  'inline-flex items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap transition-colors disabled:opacity-50';

/** Style of a link that leads to the main action. */
export const buttonLook = (kind: keyof typeof kinds = 'secondary'): string =>
  `${base} h-9 px-3 ${kinds[kind]}`;

export interface ButtonProps extends ComponentProps<'button'> {
  kind?: keyof typeof kinds;
  icon?: IconName;
  /** The action is running: further clicks are ignored. */
  isBusy?: boolean;
}

export function Button(props: ButtonProps) {
  const { kind = 'secondary', icon, isBusy = false, className = '', children, ...rest } = props;
  return (
    <button
      type="button"
      {...rest}
      disabled={isBusy || rest.disabled}
      aria-busy={isBusy || undefined}
      className={`${buttonLook(kind)} ${className}`}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}
