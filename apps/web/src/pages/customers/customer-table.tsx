import { memo, useMemo, type MouseEvent, type ReactNode } from 'react';
import type { CustomerFilter } from '../../api/customer-filter.ts';
import { countryName, nameOf, roleWord } from '../../words/customer.ts';
import { hasMatch } from '../../ui/find-matches.ts';
import type { CustomerItem } from '../../api/trpc.ts';
import { Icon } from '../../ui/icon.tsx';
import { KeptCustomerLink } from '../../ui/links.tsx';
import { Highlight } from '../../ui/highlight.tsx';
import { Time } from '../../words/time.tsx';
import { COLUMNS, type Column } from './customer-columns.ts';

export const DELETED = { word: 'Deleted', tone: 'idle', icon: 'slash' } as const;

interface Props {
  customers: readonly CustomerItem[];
  /** The words to highlight. */
  words: readonly string[];
  /** The query, which may be a WooCommerce id. */
  q: string;
  /** Names of stores, if there are several. */
  storeNames: ReadonlyMap<string, string> | null;
  /** Columns that the reader does not want. */
  hidden: readonly Column[];
  sort: CustomerFilter['sort'];
  onSort: (sort: CustomerFilter['sort']) => void;
  onOpen: (customer: CustomerItem) => void;
}

/** The order of a column at the first click, and at the second. */
interface Orders {
  first: CustomerFilter['sort'];
  second: CustomerFilter['sort'];
}

const BY_NAME: Orders = { first: 'name', second: 'name_desc' };
/** The newest change first is the default, which has no name in the address. */
const BY_CHANGE: Orders = { first: undefined, second: 'changed_asc' };

/** How a column looks: from which width of the window it is shown, its share of the table, its colour. */
const LOOKS: Record<Column, { shown: string; width: string; tone?: string }> = {
  company: { shown: 'hidden xl:table-cell', width: 'w-[12%]' },
  email: { shown: 'hidden md:table-cell', width: 'w-[28%] xl:w-[19%]' },
  phone: { shown: 'hidden xl:table-cell', width: 'w-[12%]' },
  location: { shown: 'hidden md:table-cell', width: 'w-[18%] xl:w-[11%]' },
  role: { shown: 'hidden xl:table-cell', width: 'w-[8%]', tone: 'text-muted' },
  store: { shown: 'hidden lg:table-cell', width: 'w-[12%] xl:w-[9%]', tone: 'text-muted' },
};

/** A table of customers; on a phone all details are below the name. */
export function CustomerTable(props: Props) {
  const { storeNames, hidden, sort, onSort } = props;
  const hasStores = storeNames !== null;
  const columns = useMemo(
    () =>
      COLUMNS.filter(({ column }) => !hidden.includes(column) && (column !== 'store' || hasStores)),
    [hidden, hasStores],
  );
  return (
    <table className="w-full table-fixed border-collapse text-left">
      <thead className="sticky top-14 z-10 bg-sunken text-sm text-muted shadow-[0_1px_0_var(--color-line)]">
        <tr>
          <Head className="pl-4 sm:pl-5" sort={{ orders: BY_NAME, sort, onSort }}>
            Customer
          </Head>
          {columns.map(({ column, label }) => (
            <Head key={column} className={`${LOOKS[column].shown} ${LOOKS[column].width}`}>
              {label}
            </Head>
          ))}
          <Head className="w-28 pr-4 text-right sm:pr-5" sort={{ orders: BY_CHANGE, sort, onSort }}>
            Changed
          </Head>
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        {props.customers.map((customer) => (
          <CustomerRow
            key={`${customer.storeId} ${customer.wooId}`}
            customer={customer}
            words={props.words}
            q={props.q}
            storeName={storeNames?.get(customer.storeId)}
            columns={columns}
            onOpen={props.onOpen}
          />
        ))}
      </tbody>
    </table>
  );
}

const CustomerRow = memo(function CustomerRow(props: {
  customer: CustomerItem;
  words: readonly string[];
  q: string;
  storeName: string | undefined;
  columns: readonly { column: Column }[];
  onOpen: (customer: CustomerItem) => void;
}) {
  const { customer, words, storeName } = props;
  const { storeId, wooId, email, company, phone, deletedAt } = customer;
  const place = [customer.city, customer.country].filter(Boolean).join(', ');
  const name = nameOf(customer);
  // A click anywhere on the row, except while selecting text; the keyboard uses the link.
  const open = (event: MouseEvent<HTMLElement>) => {
    const hasSelection = getSelection()?.isCollapsed === false;
    if (!hasSelection && !(event.target as HTMLElement).closest('a')) props.onOpen(customer);
  };
  // Values without a column of their own on a narrow screen.
  const firm = company === name ? '' : company;
  const reach = [firm, phone].filter(Boolean).join(' · ');
  const others = [firm, place, phone].filter(Boolean).join(' · ');
  return (
    <tr
      onClick={open}
      className="cursor-pointer align-top focus-within:bg-sunken/60 hover:bg-sunken/60"
    >
      <th scope="row" className="py-(--row-space) pr-3 pl-4 font-normal sm:pl-5">
        <span className="flex min-w-0 items-center gap-2">
          <KeptCustomerLink
            storeId={storeId}
            wooId={wooId}
            isRow
            className="min-w-0 scroll-my-24 truncate rounded-sm font-medium hover:underline"
          >
            <Highlight text={name} words={words} />
          </KeptCustomerLink>
          <WooId wooId={wooId} q={props.q} />
          {customer.isPayingCustomer && <Paying />}
        </span>
        {deletedAt !== null && (
          <Second className="flex items-center gap-1.5">
            <Icon name={DELETED.icon} className="size-3.5" />
            <span>
              {DELETED.word} <Time at={deletedAt} />
            </span>
          </Second>
        )}
        {isFoundByLogin(customer, words) && (
          <Second className="block truncate">
            username <Highlight text={customer.username} words={words} />
          </Second>
        )}
        {email !== null && email !== name && (
          <Second className="block truncate md:hidden">
            <Highlight text={email} words={words} />
          </Second>
        )}
        {others !== '' && (
          <Second className="block wrap-break-word md:hidden">
            <Highlight text={others} words={words} />
          </Second>
        )}
        {reach !== '' && (
          <Second className="hidden truncate md:block xl:hidden">
            <Highlight text={reach} words={words} />
          </Second>
        )}
      </th>
      {props.columns.map(({ column }) => (
        <Value
          key={column}
          column={column}
          customer={customer}
          words={words}
          storeName={storeName}
        />
      ))}
      <td className="py-(--row-space) pr-4 text-right text-sm whitespace-nowrap text-muted sm:pr-5">
        <Time at={customer.updatedAt} />
        {storeName !== undefined && <span className="block truncate lg:hidden">{storeName}</span>}
      </td>
    </tr>
  );
});

/** What a customer has in a column. */
function Value(props: {
  column: Column;
  customer: CustomerItem;
  words: readonly string[];
  storeName: string | undefined;
}) {
  const { column, customer, words, storeName = '' } = props;
  const { company, email, phone, city, country, role } = customer;
  const cell = (title: string, content: ReactNode) => (
    <Cell className={`${LOOKS[column].shown} ${LOOKS[column].tone ?? ''}`} title={title}>
      {content}
    </Cell>
  );
  const found = (text: string) => <Highlight text={text} words={words} />;
  switch (column) {
    case 'company':
      return cell(company, found(company));
    case 'email':
      // Without a name, the email is shown in its place.
      return cell(email ?? '', email !== nameOf(customer) && found(email ?? ''));
    case 'phone':
      return cell(phone, found(phone));
    case 'location':
      return cell(
        [city, countryName(country)].filter(Boolean).join(', '),
        <>
          {found(city)}
          {city !== '' && country !== '' && ', '}
          {country}
        </>,
      );
    case 'role':
      return cell(role, roleWord(role));
    case 'store':
      return cell(storeName, storeName);
  }
}

/** A WooCommerce id, highlighted if it was searched for. */
function WooId({ wooId, q }: { wooId: number; q: string }) {
  const text = `#${wooId}`;
  return (
    <span className="shrink-0 text-sm text-muted">
      <Highlight text={text} words={q.replace('#', '') === String(wooId) ? [text] : []} />
    </span>
  );
}

function Paying() {
  return (
    <span title="Paying customer: has paid for an order" className="text-accent">
      <Icon name="check" className="size-3.5" />
      <span className="sr-only">Paying</span>
    </span>
  );
}

function Second({ className, children }: { className: string; children: ReactNode }) {
  return <span className={`text-sm text-muted ${className}`}>{children}</span>;
}

function Cell(props: { className: string; title?: string; children: ReactNode }) {
  return (
    <td className={`truncate px-3 py-(--row-space) ${props.className}`} title={props.title}>
      {props.children}
    </td>
  );
}

function Head(props: {
  className: string;
  children: ReactNode;
  sort?: {
    orders: Orders;
    sort: CustomerFilter['sort'];
    onSort: (sort: CustomerFilter['sort']) => void;
  };
}) {
  const { sort, className, children } = props;
  if (!sort)
    return (
      <th scope="col" className={`px-3 py-1 font-medium ${className}`}>
        {children}
      </th>
    );
  const { orders } = sort;
  const isSorted = sort.sort === orders.first || sort.sort === orders.second;
  const isSecond = sort.sort === orders.second;
  const order = isSecond === (orders === BY_NAME) ? 'descending' : 'ascending';
  return (
    <th
      scope="col"
      aria-sort={isSorted ? order : undefined}
      className={`py-1 font-medium ${className}`}
    >
      <button
        type="button"
        data-print
        onClick={() => sort.onSort(isSorted && !isSecond ? orders.second : orders.first)}
        className={`inline-flex h-7 items-center gap-1 hover:text-ink ${orders === BY_NAME ? '' : 'flex-row-reverse'} ${isSorted ? 'text-ink' : ''}`}
      >
        {children}
        <Icon
          name="chevron"
          className={`size-3.5 ${isSorted ? '' : 'invisible'} ${order === 'ascending' ? 'rotate-180' : ''}`}
        />
      </button>
    </th>
  );
}

/** Whether only the username, which is not shown otherwise, explains the match. */
function isFoundByLogin(customer: CustomerItem, words: readonly string[]): boolean {
  const { username, email, firstName, lastName, company, city, phone } = customer;
  if (username === email || !hasMatch(username, words)) return false;
  const shown = [`${firstName} ${lastName}`, company, email ?? '', city, phone];
  return words.some(
    (word) => hasMatch(username, [word]) && !shown.some((text) => hasMatch(text, [word])),
  );
}
