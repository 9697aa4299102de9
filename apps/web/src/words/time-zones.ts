/** Nearly all time zones, for a select; always includes `chosen`. */
export function timeZones(chosen: string): { value: string; label: string }[] {
  const zones = new Set(['UTC', ...Intl.supportedValuesOf('timeZone'), chosen]);
  return [...zones].map((value) => ({ value, label: value.replaceAll('_', ' ') }));
}
