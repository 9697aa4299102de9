/**
 * A formula begins a cell with one of these. Where the reader's list separator differs from ours, a cell
 * begins after any mark within the text. Blanks and invisible characters before the sign do not matter.
 */
const FORMULA_START = /(^|[^\p{L}\p{N}\p{M}\p{Zs}\p{Cf}'])([\p{Zs}\p{Cf}]*)(?=[=+\-@＝＋－＠])/gu;

/** The text of a cell in which no spreadsheet sees a formula: a `'` stands before each sign that starts one. */
export function guardFormulas(text: string): string {
  return text.replace(FORMULA_START, "$1$2'");
}
