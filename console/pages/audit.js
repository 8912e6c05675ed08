// Who changed what.

import { ask } from '../api.js';
import * as dialogs from '../dialogs.js';
import { fill, h } from '../dom.js';
import { time } from '../format.js';
import { button, card, empty, facts, heading, load, table } from '../parts.js';

/** @typedef {import('../types.js').AuditEntry} AuditEntry */

/** @param {import('../types.js').PageContext} context */
export async function audit({ root, query, signal }) {
  const target = h('input', { type: 'search', placeholder: 'Target', 'aria-label': 'Target', value: query.get('target') ?? '', onchange: () => show() });
  const actor = h('input', { type: 'search', placeholder: 'Actor', 'aria-label': 'Actor', value: query.get('actor') ?? '', onchange: () => show() });
  const place = card('');
  fill(root, heading('Audit log', 'Every change made by an administrator, newest first.', target, actor), place);
  await show();

  async function show() {
    /** @type {AuditEntry[]} */
    const all = [];
    await load(place, async () => draw(await next(all)));

    /** @param {boolean} hasMore @returns {import('../dom.js').Child | import('../dom.js').Child[]} */
    function draw(hasMore) {
      return all.length === 0 ? empty('No changes.') : [
        table(['When', 'Actor', 'Action', 'Target', 'Address'], all.map(entry => [time(entry.at), entry.actor, h('code', {}, entry.action), entry.target, entry.address ?? '–']), { label: 'Audit log', onrow: index => detail(all[index]) }),
        hasMore ? h('div', { class: 'more' }, button('Load more', async () => fill(place, draw(await next(all))))) : null,
      ];
    }
  }

  /** @param {AuditEntry[]} all */
  async function next(all) {
    const parameters = new URLSearchParams({ limit: '50' });
    for (const [name, control] of /** @type {[string, HTMLInputElement][]} */ ([['target', target], ['actor', actor]])) {
      if (control.value.trim()) {
        parameters.set(name, control.value.trim());
      }
    }

    if (all.length > 0) {
      parameters.set('after', all[all.length - 1].id);
    }

    /** @type {import('../types.js').Page<AuditEntry>} */
    const page = await ask(`admin/audit?${parameters}`, { signal });
    all.push(...page.data);
    return page.has_more;
  }
}

/** @param {AuditEntry} entry */
function detail(entry) {
  dialogs.show(entry.action,
    facts([['When', time(entry.at)], ['Actor', entry.actor], ['Target', entry.target], ['Address', entry.address ?? '–'], ['Request', entry.request_id ?? '–']]),
    entry.before && entry.after ? differences(entry.before, entry.after) : [h('h3', {}, entry.after ? 'After' : 'Before'), h('pre', {}, JSON.stringify(entry.after ?? entry.before, null, 2))]);
}

/** The members that a change changed. @param {Record<string, unknown>} before @param {Record<string, unknown>} after */
function differences(before, after) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(name => name !== 'updated_at' && JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return names.length === 0 ? h('p', { class: 'muted' }, 'Nothing differs.') : names.map(name => h('div', {},
    h('h3', {}, name.replaceAll('_', ' ')),
    h('pre', { class: 'before' }, `- ${JSON.stringify(before[name])}`),
    h('pre', { class: 'after' }, `+ ${JSON.stringify(after[name])}`)));
}
