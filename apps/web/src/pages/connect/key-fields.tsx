import { TextField } from '../../ui/fields.tsx';

/** The consumer key and its secret. */
export function KeyFields(props: {
  isRequired: boolean;
  keys?: { consumerKey: string; consumerSecret: string } | null;
}) {
  const { isRequired: required, keys } = props;
  const common = { required, autoComplete: 'off', spellCheck: false, maxLength: 200 };
  return (
    <>
      <TextField
        label="Consumer key"
        name="consumerKey"
        placeholder="ck_…"
        {...common}
        defaultValue={keys?.consumerKey}
      />
      <TextField
        label="Consumer secret"
        name="consumerSecret"
        type="password"
        placeholder="cs_…"
        {...common}
        autoComplete="new-password"
        defaultValue={keys?.consumerSecret}
      />
    </>
  );
}
