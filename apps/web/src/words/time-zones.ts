/** Nearly every zone there is, for a list to choose from; `chosen` is always among them. */
export function timeZones(chosen: string): { value: string; label: string }[] {
  const zones = new Set(['UTC', ...Intl.supportedValuesOf('timeZone'), chosen]);
  return [...zones].map((value) => ({ value, label: value.replaceAll('_', ' ') }));
}
