/**
 * A cell that begins with one of these is a formula. If the reader uses another list separator, a cell can
 * also begin within the text. Blanks and invisible characters before the sign are ignored.
 */
const FORMULA_START = /(^|[^\p{L}\p{N}\p{M}\p{Zs}\p{Cf}'])([\p{Zs}\p{Cf}]*)(?=[=+\-@＝＋－＠])/gu;

/** Escapes a cell so that no spreadsheet reads it as a formula: adds a `'` before each sign that starts one. */
export function guardFormulas(text: string): string {
  return text.replace(FORMULA_START, "$1$2'");
}
