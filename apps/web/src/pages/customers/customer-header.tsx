import { Link } from '@tanstack/react-router';
import { nameOf, roleWord } from '../../words/customer.ts';
import type { Customer } from '../../api/trpc.ts';
import { RefreshButton } from './refresh-button.tsx';
import { textAt } from './customer-facts.tsx';
import { DELETED } from './customer-table.tsx';
import { CustomerLink, StoreCustomersLink } from '../../ui/links.tsx';
import { StatusPill } from '../../ui/status-pill.tsx';
import { Time } from '../../words/time.tsx';

const PAYING = { word: 'Paying', tone: 'good', icon: 'check' } as const;

export function CustomerHeader(props: {
  customer: Customer;
  /** Undefined while loading. */
  store: { name: string; url: string } | undefined;
}) {
  const { customer, store } = props;
  const { storeId, wooId, role, deletedAt } = customer;
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        <nav aria-label="Breadcrumb" className="text-sm text-muted">
          <Link to="/customers" className="hover:text-ink hover:underline">
            Customers
          </Link>
          <span aria-hidden="true"> / </span>
          <StoreCustomersLink storeId={storeId} className="hover:text-ink hover:underline">
            {store?.name ?? 'Store'}
          </StoreCustomersLink>
        </nav>
        <div className="mt-0.5 flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="text-xl font-semibold tracking-tight wrap-anywhere">
            {nameOf({ ...customer, company: textAt(customer.billing, 'company') })}
          </h1>
          {customer.isPayingCustomer && <StatusPill look={PAYING} />}
          {deletedAt !== null && <StatusPill look={DELETED} />}
        </div>
        <p className="mt-1 text-sm text-muted">
          #{wooId}
          {role !== '' && (
            <>
              {', '}
              <Link to="/customers" search={{ role }} className="hover:text-ink hover:underline">
                {roleWord(role)}
              </Link>
            </>
          )}
          , changed <Time at={customer.updatedAt} />
        </p>
        {deletedAt !== null && (
          <p className="mt-2 text-muted">
            This customer was deleted in the store (detected <Time at={deletedAt} />
            ). The last known data is kept here.
          </p>
        )}
      </div>
      {store && deletedAt === null && (
        <div className="flex flex-wrap items-center gap-3 pt-1">
          <RefreshButton storeId={storeId} wooId={wooId} />
          <CustomerLink storeUrl={store.url} wooCustomerId={wooId}>
            Open in WooCommerce
          </CustomerLink>
        </div>
      )}
    </div>
  );
}
