import type { ReactNode } from 'react';
import { countryName, fieldLabel } from '../../words/customer.ts';
import { formatExact } from '../../words/format.ts';
import type { Customer } from '../../api/trpc.ts';
import { Card } from '../../ui/card.tsx';
import { Time } from '../../words/time.tsx';

type Address = Customer['billing'];

/** How to reach a customer. */
export function CustomerContact({ customer }: { customer: Customer }) {
  const { billing, shipping, email, username } = customer;
  const phone = textAt(billing, 'phone');
  const billingEmail = textAt(billing, 'email');
  return (
    <>
      <Card title="Contact">
        <Facts>
          <Fact label="E-mail">{email && <Mail address={email} />}</Fact>
          {billingEmail !== '' && billingEmail !== email && (
            <Fact label="E-mail for bills">
              <Mail address={billingEmail} />
            </Fact>
          )}
          <Fact label="Phone">
            {phone && (
              <a href={`tel:${phone.replaceAll(/[^+\d]/g, '')}`} className="hover:underline">
                {phone}
              </a>
            )}
          </Fact>
          <Fact label="Company">{textAt(billing, 'company')}</Fact>
          <Fact label="User name">{username}</Fact>
        </Facts>
      </Card>
      <Card title="Addresses">
        <div className="grid gap-x-6 gap-y-4 p-4 sm:grid-cols-2 sm:p-5">
          <AddressOf title="Billing" address={billing} />
          <AddressOf title="Shipping" address={shipping} />
        </div>
      </Card>
    </>
  );
}

/** What else is known of a customer now. */
export function CustomerFacts({ customer }: { customer: Customer }) {
  return (
    <>
      <Card title="Dates">
        <Facts>
          <DateFact label="In the store since" at={customer.wooCreatedAt} />
          <DateFact label="Changed in the store" at={customer.wooModifiedAt} />
          <DateFact label="First read" at={customer.createdAt} />
          <DateFact label="Last change found" at={customer.updatedAt} />
          {customer.deletedAt !== null && (
            <DateFact label="Found deleted" at={customer.deletedAt} />
          )}
        </Facts>
      </Card>
      <MoreFields customer={customer} />
    </>
  );
}

function AddressOf({ title, address }: { title: string; address: Address }) {
  const lines = linesOf(address);
  return (
    <section>
      <h3 className="mb-1 text-sm text-muted">{title}</h3>
      {lines.length === 0 ? (
        <p className="text-muted">None</p>
      ) : (
        <address className="not-italic">
          {lines.map((line) => (
            <span key={line} className="block wrap-break-word">
              {line}
            </span>
          ))}
        </address>
      )}
    </section>
  );
}

/** As on a letter; telephone and e-mail stand elsewhere. */
function linesOf(address: Address): string[] {
  const at = (key: string) => textAt(address, key);
  const lines = [
    `${at('first_name')} ${at('last_name')}`,
    at('company'),
    at('address_1'),
    at('address_2'),
    `${at('postcode')} ${at('city')}`,
    at('state'),
    countryName(at('country')),
  ].map((line) => line.trim());
  return [...new Set(lines)].filter(Boolean);
}

/** What plugins of the store add, by the names they give it. */
function MoreFields({ customer }: { customer: Customer }) {
  const fields = [
    ...Object.entries(customer.extra).map(([key, value]) => ({ key: `extra.${key}`, value })),
    ...customer.metaData.map((entry) => {
      const { key, value } = entry as { key?: unknown; value?: unknown };
      return { key: `meta.${String(key)}`, value };
    }),
  ];
  if (fields.length === 0) return null;
  return (
    <Card title="More from the store">
      <Facts>
        {fields.map(({ key, value }, index) => (
          // A key may come more than once.
          // oxlint-disable-next-line react/no-array-index-key
          <Fact key={`${index} ${key}`} label={fieldLabel(key)}>
            {typeof value === 'string' ? (
              value
            ) : (
              <code className="text-sm">{JSON.stringify(value)}</code>
            )}
          </Fact>
        ))}
      </Facts>
    </Card>
  );
}

function Facts({ children }: { children: ReactNode }) {
  return (
    <dl className="grid grid-cols-[minmax(6rem,35%)_1fr] gap-x-4 gap-y-2 p-4 sm:p-5">{children}</dl>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="wrap-break-word text-muted">{label}</dt>
      <dd className="min-w-0 wrap-anywhere">{children || <span className="text-muted">–</span>}</dd>
    </>
  );
}

function DateFact({ label, at }: { label: string; at: string | null }) {
  return (
    <Fact label={label}>
      {at !== null && (
        <>
          {formatExact(at)}
          <Time at={at} className="block text-sm text-muted" />
        </>
      )}
    </Fact>
  );
}

/** What the store sent may hold more than an address: no more than that is written to. */
function Mail({ address }: { address: string }) {
  return (
    <a
      href={`mailto:${address.replaceAll(/[?&#%]/g, encodeURIComponent)}`}
      className="hover:underline"
    >
      {address}
    </a>
  );
}

/** A field of an address; empty where it is none. */
export function textAt(fields: Address, key: string): string {
  const value = fields[key];
  return typeof value === 'string' ? value : '';
}
