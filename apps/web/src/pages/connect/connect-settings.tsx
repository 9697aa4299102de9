import { useState, type FormEvent, type ReactNode } from 'react';
import type { ApiError } from '../../api/api-error.ts';
import { PRESETS, type StoreChoices } from './connect-choices.ts';
import { Button } from '../../ui/button.tsx';
import { ChoiceField, TextField } from '../../ui/fields.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { textOf } from '../../ui/text-of.ts';

const presets = Object.entries(PRESETS).map(([value, label]) => ({ value, label }));

/** Has nearly every zone there is, though not always this one. */
const zones = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])];

/** By the names that the page's address has for it. */
type Chosen = Record<'name' | 'pace' | 'schedules' | 'zone' | 'scope' | 'role' | 'guests', string>;

/** What is synced of a shop, how often and how fast. Every field has what suits most. */
export function SettingsForm(props: {
  choices: StoreChoices;
  /** Only a key that is made at the shop can be asked for with less. */
  hasScope: boolean;
  submitLabel: string;
  hint: ReactNode;
  error: ApiError | null;
  isBusy: boolean;
  /** At each change, for the page's address. */
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
          hint="As you call the shop."
        />
        <ChoiceField
          label="Who"
          name="people"
          chosen={people}
          choices={[
            { value: 'all', label: 'Every user of the shop' },
            { value: 'customer', label: 'Users of the role Customer' },
            { value: 'other', label: 'Users of another role' },
          ]}
          hint="Many shops keep customers under several roles."
        />
        {people === 'other' && (
          <div className="sm:col-start-2">
            <TextField
              label="Role"
              name="role"
              required
              pattern="[a-z0-9_\-]{1,60}"
              title="Small letters, digits, - and _"
              spellCheck={false}
              autoCapitalize="off"
              placeholder="wholesale_customer"
              defaultValue={roleFilter === 'all' || roleFilter === 'customer' ? '' : roleFilter}
              hint="Its name within WordPress."
            />
          </div>
        )}
        <ChoiceField
          label="How often"
          name="schedules"
          chosen={choices.schedules}
          choices={presets}
          hint="All but the last also compare every customer at night, which finds deletions."
        />
        <ChoiceField
          label="Time zone"
          name="zone"
          chosen={choices.timeZone}
          choices={(zones.includes(choices.timeZone) ? zones : [choices.timeZone, ...zones]).map(
            (value) => ({ value, label: value.replaceAll('_', ' ') }),
          )}
          hint="When it is night at the shop."
        />
        <ChoiceField
          label="How fast"
          name="pace"
          chosen={pace}
          choices={[
            { value: 'auto', label: 'As fast as the shop copes' },
            { value: 'gentle', label: 'Gently, with pauses' },
          ]}
          hint="It slows down by itself where the shop strains."
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
            hint="With write, the shop tells of changes at once, by webhooks. Nothing else in it is changed."
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
            <span className="font-medium">Guests too</span>
            <span className="block text-sm text-muted">
              People who ordered without an account, as their orders name them.
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
