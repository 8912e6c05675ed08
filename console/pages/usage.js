// What was used and what it cost, told apart as one likes.

import { askAll, send } from '../api.js';
import { bars } from '../chart.js';
import { fill, h } from '../dom.js';
import { count, day, days, money, short } from '../format.js';
import { nameOf, namesOf } from '../names.js';
import { button, card, check, empty, failure, field, heading, load, table, toast } from '../parts.js';

/** @typedef {import('../types.js').Usage} Usage */

/** @type {[keyof Usage & string, string][]} */
const GROUPS = [['day', 'Day'], ['model', 'Model'], ['key', 'Key'], ['project', 'Project'], ['provider', 'Provider'], ['deployment', 'Deployment'], ['operation', 'Operation']];
const FILTERS = GROUPS.map(([name]) => name).filter(name => name !== 'day');

/** @param {import('../types.js').PageContext} context */
export async function usage({ root, query, signal }) {
  const from = h('input', { type: 'date', value: query.get('from') ?? day(-29), onchange: () => show() });
  const to = h('input', { type: 'date', value: query.get('to') ?? day(), onchange: () => show() });
  const chosen = (query.get('group_by') ?? 'day').split(',');
  const groups = GROUPS.map(([name, text]) => ({ name, text, control: h('input', { type: 'checkbox', checked: chosen.includes(name), onchange: () => show() }) }));
  const filters = new Map(FILTERS.filter(name => query.get(name)).map(name => [name, query.get(name) ?? '']));
  const place = h('div', { class: 'stack' });
  const told = h('div', {});
  const range = (/** @type {string} */ text, /** @type {number} */ back) => button(text, () => { from.value = day(back); to.value = day(); show(); });
  fill(root,
    heading('Usage', 'From the ledger, by UTC day.', button('Download CSV', () => download())),
    told,
    h('div', { class: 'card controls' },
      h('div', { class: 'row' }, field('From', from), field('To', to), h('div', { class: 'presets' }, range('Today', 0), range('7 days', -6), range('30 days', -29), range('90 days', -89))),
      h('div', { class: 'row', role: 'group', 'aria-label': 'Group by' }, h('span', { class: 'muted' }, 'Group by'), groups.map(({ text, control }) => check(text, control))),
      filters.size > 0 ? h('p', {}, 'Only ', [...filters].map(([name, value]) => `${name} ${value}`).join(', '), ' ', h('a', { href: '#/usage' }, 'Show all')) : null),
    place);
  await show();

  async function show() {
    await load(place, async () => {
      const by = groups.filter(({ control }) => control.checked).map(({ name }) => name);
      const [sums, byDay, keys, projects] = await Promise.all([asked(by), by.join() === 'day' ? null : asked(['day']), by.includes('key') ? namesOf('keys', signal) : new Map(), by.includes('project') ? namesOf('projects', signal) : new Map()]);
      const known = new Map((byDay ?? sums).data.map(one => [one.day, one.cost ?? 0]));
      const values = days(from.value, to.value).map(label => ({ label, value: known.get(label) ?? 0 }));
      return [
        card('Cost by day', bars(values, value => money(value), `Cost by day, ${from.value} to ${to.value}`)),
        card('', sums.data.length === 0 ? empty('No usage in this range.') : [
          table([...by.map(name => GROUPS.find(([group]) => group === name)?.[1] ?? name), '#Requests', '#Failed', '#Prompt', '#Cached', '#Completion', '#Cost', '#Cost unknown'],
            [...sums.data.map(one => row(one, by, keys, projects)), ...(sums.data.length > 1 ? [total(sums.data, by.length)] : [])],
            { label: 'Usage' }),
          sums.isWhole ? null : h('p', { class: 'muted' }, `The first ${count(sums.data.length)} rows are shown and added up; narrow the range to see all.`),
        ]),
      ];
    });
  }

  /** @param {string[]} by @returns {Promise<{ data: Usage[], isWhole: boolean }>} */
  async function asked(by) {
    const answer = /** @type {{ data: Usage[], isWhole: boolean }} */ (await askAll('admin/usage', { from: from.value, to: to.value, ...Object.fromEntries(filters), ...(by.length > 0 ? { group_by: by.join(',') } : {}) }, signal));
    const hasDays = by.includes('day');
    answer.data.sort((one, other) => hasDays && one.day !== other.day ? (other.day ?? '').localeCompare(one.day ?? '') : (other.cost ?? 0) - (one.cost ?? 0) || other.requests - one.requests);
    return answer;
  }

  async function download() {
    fill(told);
    try {
      const parameters = new URLSearchParams({ format: 'csv', from: from.value, to: to.value, ...Object.fromEntries(filters) });
      const answer = await send(`admin/usage/rows?${parameters}`, { signal, accept: 'text/csv' });
      const address = URL.createObjectURL(await answer.blob());
      const link = h('a', { href: address, download: `usage-${from.value}-${to.value}.csv` });
      link.click();

      // Some browsers begin to read it a moment later.
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
      toast('The rows were saved.');
    } catch (fault) {
      fill(told, failure(fault, download));
    }
  }
}

/** @param {Usage} one @param {string[]} by @param {Map<string, string>} keys @param {Map<string, string>} projects */
function row(one, by, keys, projects) {
  const names = by.map(group => {
    const value = String(one[/** @type {keyof Usage} */ (group)] ?? '');
    return group === 'key' ? nameOf(keys, value) : group === 'project' ? nameOf(projects, value) : value || h('span', { class: 'muted' }, 'none');
  });
  return [...names, count(one.requests), count(one.failed), short(one.prompt_tokens), short(one.cached_tokens), short(one.completion_tokens), money(one.cost), count(one.cost_unknown)];
}

/** @param {Usage[]} all @param {number} columns */
function total(all, columns) {
  const sum = (/** @type {(one: Usage) => number} */ of) => all.reduce((so, one) => so + of(one), 0);
  const cells = [count(sum(one => one.requests)), count(sum(one => one.failed)), short(sum(one => one.prompt_tokens)), short(sum(one => one.cached_tokens)), short(sum(one => one.completion_tokens)), money(sum(one => one.cost ?? 0)), count(sum(one => one.cost_unknown))];
  return [...Array.from({ length: columns }, (_, index) => index === 0 ? h('strong', {}, 'All') : ''), ...cells.map(cell => h('strong', {}, cell))];
}
