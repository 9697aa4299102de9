import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import { withoutScheme } from './without-scheme.ts';

interface LinkProps {
  className?: string;
  children: ReactNode;
}

export function RunLink({ runId, ...rest }: LinkProps & { runId: string }) {
  return <Link to="/runs/$runId" params={{ runId }} {...rest} />;
}

/** Links to the page of a store. */
export function StoreLink({ storeId, ...rest }: LinkProps & { storeId: string }) {
  return <Link to="/stores/$storeId" params={{ storeId }} {...rest} />;
}

export function StoreRunsLink({ storeId, ...rest }: LinkProps & { storeId: string }) {
  return <Link to="/runs" search={{ store: storeId }} {...rest} />;
}

/** Links to the page of a customer. */
export function KeptCustomerLink(
  props: LinkProps & { storeId: string; wooId: number; label?: string; isRow?: boolean },
) {
  const { storeId, wooId, label, isRow, ...rest } = props;
  return (
    <Link
      to="/customers/$storeId/$wooId"
      params={{ storeId, wooId }}
      aria-label={label}
      title={label}
      data-row={isRow}
      {...rest}
    />
  );
}

export function StoreCustomersLink({ storeId, ...rest }: LinkProps & { storeId: string }) {
  return <Link to="/customers" search={{ store: storeId }} {...rest} />;
}

/** Links to the store itself. */
export function StoreAddressLink({ url }: { url: string }) {
  return (
    <a
      href={url}
      target="_blank"
      rel="noreferrer"
      className="mt-0.5 block w-fit max-w-full truncate text-sm text-muted hover:text-ink hover:underline"
    >
      {withoutScheme(url)}
    </a>
  );
}

/** Links to a customer in the store's administration. */
export function CustomerLink(props: {
  storeUrl: string;
  wooCustomerId: number;
  label?: string;
  children?: ReactNode;
}) {
  return (
    <a
      href={`${props.storeUrl}/wp-admin/user-edit.php?user_id=${props.wooCustomerId}`}
      target="_blank"
      rel="noreferrer"
      title="Open in WooCommerce"
      aria-label={props.label}
      className="inline-flex min-h-6 min-w-6 items-center justify-center gap-1 text-muted underline decoration-line-strong underline-offset-2 hover:text-ink"
    >
      {props.children}
      <Icon name="external" className="size-3" />
    </a>
  );
}
