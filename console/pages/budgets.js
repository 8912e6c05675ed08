// How the budgets of providers, teams, projects and keys stand.

import { askAll } from '../api.js';
import { fill, h } from '../dom.js';
import { money, time } from '../format.js';
import { badge, card, empty, heading, load, meter, table } from '../parts.js';

/** @typedef {import('../types.js').BudgetStanding} BudgetStanding */

/** @param {import('../types.js').PageContext} context */
export async function budgets({ root, signal }) {
  const place = card('');
  fill(root, heading('Budgets', 'What may be spent and what is left. Periods are UTC days and months.'), place);
  await load(place, async () => {
    /** @type {{ data: BudgetStanding[] }} */
    const { data } = await askAll('admin/budgets', {}, signal);
    const all = data.sort((one, other) => share(other) - share(one));
    return all.length === 0
      ? empty('No budgets.', 'Set one on a key, project or team, or for a provider in the configuration.')
      : budgetTable(all, true);
  });
}

/** @param {BudgetStanding[]} all @param {boolean} tellsWhose */
export function budgetTable(all, tellsWhose) {
  const heads = ['Period', '#Spent', '#Budget', '#Left', 'Used', 'Resets'];
  return table(tellsWhose ? ['Of', 'Name', ...heads] : heads, all.map(one => {
    const tone = share(one) >= 1 ? 'bad' : share(one) >= one.warn_at ? 'warn' : 'ok';
    const rest = [
      one.period,
      money(one.spent),
      money(one.limit),
      money(one.remaining),
      h('span', { class: 'used' }, meter(share(one), `${Math.round(100 * share(one))} % used`, tone), ` ${Math.round(100 * share(one))} %`),
      one.resets_at === null ? 'never' : time(one.resets_at),
    ];
    return tellsWhose ? [badge(one.scope), one.scope === 'provider' ? one.name : h('a', { href: `#/${one.scope}s/${encodeURIComponent(one.scope_id)}` }, one.name), ...rest] : rest;
  }), { label: 'Budgets' });
}

/** @param {BudgetStanding} one */
function share(one) {
  return one.limit > 0 ? one.spent / one.limit : 1;
}
