import { useState, type FormEvent, type ReactNode } from 'react';
import type { ApiError } from '../../api/api-error.ts';
import { PRESETS, type StoreChoices } from './connect-choices.ts';
import { Button } from '../../ui/button.tsx';
import { ChoiceField, TextField } from '../../ui/fields.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { timeZones } from '../../words/time-zones.ts';
import { textOf } from '../../ui/text-of.ts';

const presets = Object.entries(PRESETS).map(([value, label]) => ({ value, label }));

/** By the parameter names of the page's address. */
type Chosen = Record<'name' | 'pace' | 'schedules' | 'zone' | 'scope' | 'role' | 'guests', string>;

/** What is synced, how often and how fast. Every field has a default that suits most stores. */
export function SettingsForm(props: {
  choices: StoreChoices;
  /** Only for keys that WooCommerce creates. */
  hasScope: boolean;
  submitLabel: string;
  hint: ReactNode;
  error: ApiError | null;
  isBusy: boolean;
  /** Called on each change, for the page's address. */
  onChange: (chosen: Chosen) => void;
  onSubmit: (chosen: Chosen) => void;
}) {
  const { choices, hasScope, onChange, onSubmit } = props;
  const { roleFilter = 'all', pace = 'auto', guests } = choices.settings;
  const [people, setPeople] = useState(
    roleFilter === 'all' || roleFilter === 'customer' ? roleFilter : 'other',
  );
  return (
    <form
      className="flex flex-col gap-5"
      onChange={(event: FormEvent<HTMLFormElement>) => {
        const form = new FormData(event.currentTarget);
        setPeople(textOf(form, 'people'));
        onChange(readChoices(form));
      }}
      onSubmit={(event: FormEvent<HTMLFormElement>) => {
        event.preventDefault();
        onSubmit(readChoices(new FormData(event.currentTarget)));
      }}
    >
      <div className="grid items-start gap-x-5 gap-y-4 sm:grid-cols-2">
        <TextField
          label="Name"
          name="name"
          required
          maxLength={200}
          defaultValue={choices.name}
          hint="The store’s name in Mantis Sync."
        />
        <ChoiceField
          label="Users"
          name="people"
          chosen={people}
          choices={[
            { value: 'all', label: 'All users' },
            { value: 'customer', label: 'Users with the role Customer' },
            { value: 'other', label: 'Users with another role' },
          ]}
          hint="Many stores keep customers under several roles."
        />
        {people === 'other' && (
          <div className="sm:col-start-2">
            <TextField
              label="Role"
              name="role"
              required
              pattern="[a-z0-9_\-]{1,60}"
              title="Lower-case letters, digits, - and _"
              spellCheck={false}
              autoCapitalize="off"
              placeholder="wholesale_customer"
              defaultValue={roleFilter === 'all' || roleFilter === 'customer' ? '' : roleFilter}
              hint="Its WordPress name."
            />
          </div>
        )}
        <ChoiceField
          label="Schedule"
          name="schedules"
          chosen={choices.schedules}
          choices={presets}
          hint="All but the last also compare every customer at night, which finds deleted ones."
        />
        <ChoiceField
          label="Time zone"
          name="zone"
          chosen={choices.timeZone}
          choices={timeZones(choices.timeZone)}
          hint="Night runs follow this time zone."
        />
        <ChoiceField
          label="Pace"
          name="pace"
          chosen={pace}
          choices={[
            { value: 'auto', label: 'Automatic' },
            { value: 'gentle', label: 'Gentle, with pauses between batches' },
          ]}
          hint="Automatic slows down when the store does."
        />
        {hasScope && (
          <ChoiceField
            label="Access"
            name="scope"
            chosen={choices.scope}
            choices={[
              { value: 'read_write', label: 'Read and write' },
              { value: 'read', label: 'Read only' },
            ]}
            hint="With write access, webhooks report changes immediately. Nothing else in the store is changed."
          />
        )}
        <label className="flex items-start gap-2.5 sm:col-span-2">
          <input
            type="checkbox"
            name="guests"
            defaultChecked={guests === 'on'}
            className="mt-1 size-4 accent-accent"
          />
          <span>
            <span className="font-medium">Include guests</span>
            <span className="block text-sm text-muted">
              People who ordered without an account, taken from their orders.
            </span>
          </span>
        </label>
      </div>
      {props.error && <ErrorNote error={props.error} />}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button type="submit" kind="primary" isBusy={props.isBusy}>
          {props.submitLabel}
        </Button>
        <p className="min-w-0 flex-1 basis-60 text-sm text-muted">{props.hint}</p>
      </div>
    </form>
  );
}

function readChoices(form: FormData): Chosen {
  const people = textOf(form, 'people');
  return {
    name: textOf(form, 'name'),
    pace: textOf(form, 'pace'),
    schedules: textOf(form, 'schedules'),
    zone: textOf(form, 'zone'),
    scope: textOf(form, 'scope'),
    role: people === 'other' ? textOf(form, 'role') : people,
    guests: form.has('guests') ? 'on' : 'off',
  };
}
