import { countryName, fieldLabel } from '../../words/customer.ts';
import { formatExact } from '../../words/format.ts';
import type { Customer } from '../../api/trpc.ts';
import { Card } from '../../ui/card.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Time } from '../../words/time.tsx';

type Address = Customer['billing'];

/** Contact details of a customer. */
export function CustomerContact({ customer }: { customer: Customer }) {
  const { billing, shipping, email, username } = customer;
  const phone = textAt(billing, 'phone');
  const billingEmail = textAt(billing, 'email');
  return (
    <>
      <Card title="Contact">
        <Facts>
          <Fact label="Email">{email && <Mail address={email} />}</Fact>
          {billingEmail !== '' && billingEmail !== email && (
            <Fact label="Billing email">
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
          <Fact label="Username">{username}</Fact>
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

/** Other current data of a customer. */
export function CustomerFacts({ customer }: { customer: Customer }) {
  return (
    <>
      <Card title="Dates">
        <Facts>
          <DateFact label="Registered" at={customer.wooCreatedAt} />
          <DateFact label="Last changed in WooCommerce" at={customer.wooModifiedAt} />
          <DateFact label="First synced" at={customer.createdAt} />
          <DateFact label="Last changed here" at={customer.updatedAt} />
          {customer.deletedAt !== null && <DateFact label="Deleted" at={customer.deletedAt} />}
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

/** As on an envelope; phone and email are shown elsewhere. */
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

/** Fields added by plugins, under their own names. */
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
    <Card title="Other fields">
      <Facts>
        {fields.map(({ key, value }, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- keys can repeat
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

/** Only a plain address becomes a mailto link: the store's value may contain more. */
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

/** A field of an address; empty if missing. */
export function textAt(fields: Address, key: string): string {
  const value = fields[key];
  return typeof value === 'string' ? value : '';
}
