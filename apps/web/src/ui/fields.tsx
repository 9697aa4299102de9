import { useId, type ComponentProps, type ReactNode } from 'react';

const box =
  'w-full rounded-md border border-line-strong bg-surface px-3 text-ink placeholder:text-muted focus-visible:outline-offset-0';

interface FieldProps {
  label: string;
  hint?: ReactNode;
}

export function TextField({ label, hint, ...input }: FieldProps & ComponentProps<'input'>) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <input
        id={id}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className={`${box} h-10`}
        {...input}
      />
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}

export function TextArea({ label, hint, ...input }: FieldProps & ComponentProps<'textarea'>) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <textarea
        id={id}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className={`${box} min-h-20 py-2`}
        {...input}
      />
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}

export function Select({ label, ...select }: { label: string } & ComponentProps<'select'>) {
  const id = useId();
  return (
    <div className="flex min-w-0 flex-1 flex-col gap-1 sm:flex-none">
      <label htmlFor={id} className="text-sm text-muted">
        {label}
      </label>
      <select id={id} className={`${box} h-9 pr-8 sm:min-w-44`} {...select} />
    </div>
  );
}

/** One of a few, as a field of a form. */
export function ChoiceField(props: {
  label: string;
  name: string;
  chosen: string;
  choices: readonly { value: string; label: string }[];
  hint?: ReactNode;
}) {
  const id = useId();
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <label htmlFor={id} className="font-medium">
        {props.label}
      </label>
      <select
        id={id}
        name={props.name}
        defaultValue={props.chosen}
        aria-describedby={props.hint ? `${id}-hint` : undefined}
        className={`${box} h-10 pr-8`}
      >
        {props.choices.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      {props.hint && (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {props.hint}
        </p>
      )}
    </div>
  );
}
