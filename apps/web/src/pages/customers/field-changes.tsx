import { fieldLabel } from '../../words/customer.ts';
import type { CustomerChange } from '../../api/trpc.ts';

/** The changed fields of a customer. */
export function FieldChanges({ changes }: { changes: CustomerChange['changes'] }) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full table-fixed text-left">
        <thead className="text-sm text-muted">
          <tr>
            <th scope="col" className="w-[30%] py-1 pr-4 font-normal">
              Field
            </th>
            <th scope="col" className="py-1 pr-4 font-normal">
              Before
            </th>
            <th scope="col" className="py-1 font-normal">
              After
            </th>
          </tr>
        </thead>
        <tbody>
          {changes.map(({ field, from, to }) => (
            <tr key={field} className="border-t border-line align-top">
              <th
                scope="row"
                title={field}
                className="py-1.5 pr-4 font-normal wrap-break-word text-muted"
              >
                {fieldLabel(field)}
              </th>
              <td className="py-1.5 pr-4 wrap-break-word text-muted">
                <Value value={from} isOld />
              </td>
              <td className="py-1.5 wrap-break-word">
                <Value value={to} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Value({ value, isOld = false }: { value: unknown; isOld?: boolean }) {
  if (value === null || value === undefined || value === '')
    return <span className="text-muted">–</span>;
  const text = textOf(value);
  return isOld ? <del className="decoration-line-strong">{text}</del> : text;
}

function textOf(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
