import { useId, type ComponentProps, type ReactNode } from 'react';

const box =
  'w-full rounded-md border border-line-strong bg-surface px-3 text-ink placeholder:text-muted focus-visible:outline-offset-0 disabled:bg-sunken disabled:text-muted';

interface FieldProps {
  label: string;
  hint?: ReactNode;
}

/** @param field.problem what is wrong with its value */
export function TextField({
  label,
  hint,
  problem,
  ...input
}: FieldProps & { problem?: string | undefined } & ComponentProps<'input'>) {
  const id = useId();
  const described = [problem && `${id}-problem`, hint && `${id}-hint`].filter(Boolean).join(' ');
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <input
        id={id}
        aria-invalid={problem ? true : undefined}
        aria-describedby={described || undefined}
        className={`${box} h-10 aria-invalid:border-bad`}
        {...input}
      />
      {problem && (
        <p id={`${id}-problem`} role="alert" className="text-sm text-bad">
          {problem}
        </p>
      )}
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

export function CheckField(props: {
  label: string;
  name: string;
  isChecked: boolean;
  hint?: ReactNode;
}) {
  return (
    <label className="flex items-start gap-2.5">
      <input
        type="checkbox"
        name={props.name}
        defaultChecked={props.isChecked}
        className="mt-1 size-4 shrink-0 accent-accent"
      />
      <span>
        <span className="font-medium">{props.label}</span>
        {props.hint && <span className="block text-sm text-muted">{props.hint}</span>}
      </span>
    </label>
  );
}

/** A select whose value is kept by the form. */
export function SelectField({
  label,
  choices,
  ...select
}: {
  label: string;
  choices: readonly { value: string; label: string }[];
} & ComponentProps<'select'>) {
  const id = useId();
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <select id={id} className={`${box} h-10 pr-8`} {...select}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Radio buttons with descriptions. */
export function RadioGroup(props: {
  label: string;
  name: string;
  chosen: string;
  choices: readonly { value: string; label: string; hint: string }[];
}) {
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="sr-only">{props.label}</legend>
      {props.choices.map(({ value, label, hint }) => (
        <label
          key={value}
          className="flex cursor-pointer items-start gap-3 rounded-md border border-line-strong px-3.5 py-2.5 has-checked:border-accent has-checked:bg-accent-soft"
        >
          <input
            type="radio"
            name={props.name}
            value={value}
            defaultChecked={value === props.chosen}
            className="mt-1 size-4 shrink-0 accent-accent"
          />
          <span>
            <span className="block font-medium">{label}</span>
            <span className="block text-sm text-muted">{hint}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** Radio buttons as a form field. */
export function ChoiceField(props: {
  label: string;
  name: string;
  chosen: string;
  choices: readonly { value: string; label: string }[];
  hint?: ReactNode;
  onChoose?: (value: string) => void;
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
        onChange={({ currentTarget }) => props.onChoose?.(currentTarget.value)}
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
