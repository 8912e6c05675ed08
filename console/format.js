// Numbers, money and times, short enough for a table and exact enough to act on.

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const instant = new Intl.DateTimeFormat('en-GB', { year: 'numeric', month: 'short', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' });
const moment = new Intl.DateTimeFormat('en-GB', { month: 'short', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY = 86_400_000;

/** 12,345 @param {number} value */
export const count = value => whole.format(value);

/** 12.3K from ten thousand on. @param {number} value */
export const short = value => Math.abs(value) < 10_000 ? whole.format(value) : compact.format(value);

/**
 * Dollars: cents from a dollar on, and below it as many places as they need to be seen.
 * @param {number | null | undefined} value
 * @param {number} [places] Rather so many.
 */
export function money(value, places) {
  if (value === null || value === undefined) {
    return 'unknown';
  }

  const digits = value === 0 ? 0 : places ?? (value >= 1 ? 2 : value >= 0.0001 ? 4 : 9);
  return `$${value.toLocaleString('en', { minimumFractionDigits: Math.min(digits, 6), maximumFractionDigits: digits })}`;
}

/** A price of a million tokens. @param {number | undefined} value */
export const price = value => value === undefined ? '–' : `$${value.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 4 })}`;

/** @param {number | null | undefined} milliseconds */
export function duration(milliseconds) {
  if (milliseconds === null || milliseconds === undefined) {
    return '–';
  }

  return milliseconds < 10 ? `${milliseconds.toFixed(1)} ms` : milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : milliseconds < 60_000 ? `${(milliseconds / 1000).toFixed(2)} s` : span(milliseconds / 1000);
}

/** The two largest units: 3 d 4 h. @param {number} seconds */
export function span(seconds) {
  /** @type {[number, string][]} */
  const parts = [[Math.floor(seconds / 86_400), 'd'], [Math.floor(seconds / 3600) % 24, 'h'], [Math.floor(seconds / 60) % 60, 'min'], [Math.floor(seconds) % 60, 's']];
  const first = parts.findIndex(([amount]) => amount > 0);
  return first < 0 ? '0 s' : parts.slice(first, first + 2).filter(([amount]) => amount > 0).map(([amount, unit]) => `${amount} ${unit}`).join(' ');
}

/** @param {string | number | null | undefined} at Seconds since 1970, or a text. */
export const time = at => at === null || at === undefined ? '–' : instant.format(dateOf(at));

/** Without the year. @param {string | number} at */
export const clock = at => moment.format(dateOf(at));

/** 5 min ago. @param {number | null | undefined} at Seconds since 1970. */
export function ago(at) {
  if (at === null || at === undefined) {
    return 'never';
  }

  const seconds = Date.now() / 1000 - at;
  return seconds < 60 ? 'just now' : `${span(seconds).split(' ').slice(0, 2).join(' ')} ago`;
}

/** A day of UTC so many days from today, as the ledger names it. @param {number} [offset] */
export const day = (offset = 0) => new Date(Date.now() + offset * DAY).toISOString().slice(0, 10);

/** Each day from one to another. @param {string} from @param {string} to */
export function days(from, to) {
  const all = [];
  for (let at = Date.parse(from); at <= Date.parse(to) && all.length < 3660; at += DAY) {
    all.push(new Date(at).toISOString().slice(0, 10));
  }

  return all;
}

/** @param {string | number} at */
function dateOf(at) {
  return new Date(typeof at === 'number' ? at * 1000 : at);
}
