// What may be asked for, and what is known of it.

import { ask } from '../api.js';
import { fill, h } from '../dom.js';
import { count, price, short } from '../format.js';
import { badge, card, empty, heading, load, table } from '../parts.js';

/** @typedef {import('../types.js').Model} Model */

/** @param {import('../types.js').PageContext} context */
export async function models({ root, signal }) {
  const place = h('div', {});
  const search = h('input', { type: 'search', placeholder: 'Filter', 'aria-label': 'Filter models', oninput: () => draw() });
  const about = h('span', {}, 'From GET /v1/models. Prices are US dollars per million tokens.');
  fill(root, heading('Models', about, search), card('', place));

  /** @type {Model[]} */
  let all = [];
  await load(place, async () => {
    all = (await ask('v1/models', { signal })).data;
    return list();
  });

  function draw() {
    fill(place, list());
  }

  function list() {
    const words = search.value.toLowerCase().split(/\s+/);
    const found = all.filter(model => words.every(word => `${model.id} ${model.owned_by} ${model.capabilities?.join(' ') ?? ''}`.toLowerCase().includes(word)));
    if (found.length === 0) {
      return all.length === 0 ? empty('No models.', 'Set the key of a provider, or add one to switchboard.yaml.') : empty('Nothing matches the filter.');
    }

    return table(
      ['Model', 'Owner', '#Context', '#Max output', 'Capabilities', '#Input', '#Cached', '#Output', ''],
      found.map(model => [
        h('span', {}, h('code', {}, model.id), model.description ? h('small', { class: 'muted block' }, model.description) : null),
        model.owned_by,
        tokens(model.context_length),
        tokens(model.max_output_tokens),
        h('span', { class: 'badges' }, model.capabilities?.map(name => badge(name.replaceAll('_', ' '))) ?? '–'),
        price(model.pricing?.input),
        price(model.pricing?.cached_input),
        price(model.pricing?.output),
        canChat(model) ? h('a', { href: `#/playground?model=${encodeURIComponent(model.id)}`, 'aria-label': `Try ${model.id}` }, 'Try') : null,
      ]),
      { label: 'Models' });
  }
}

/** Whether a chat may be tried: with what is known for other things it may not. @param {Model} model */
export function canChat(model) {
  return (model.capabilities === undefined || model.capabilities.includes('chat')) && !/embed/i.test(model.id);
}

/** @param {number | undefined} value */
function tokens(value) {
  return value === undefined ? '–' : h('span', { title: count(value) }, short(value));
}
