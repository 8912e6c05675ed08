// The latest rows of the ledger.

import { ask } from '../api.js';
import * as dialogs from '../dialogs.js';
import { fill, h } from '../dom.js';
import { clock, count, day, duration, money, time } from '../format.js';
import { nameOf, namesOf } from '../names.js';
import { badge, button, card, check, empty, facts, failure, heading, isAbort, loading, repeat, table } from '../parts.js';

/** @typedef {import('../types.js').UsageRow} UsageRow */

const TONES = new Map([['answered', 'ok'], ['cancelled', 'warn'], ['failed', 'bad'], ['broken', 'bad']]);
const PAGE = 50;

/** @param {import('../types.js').PageContext} context */
export async function requests({ root, query, signal }) {
  const filters = ['model', 'key', 'provider'].map(name => ({
    name,
    control: h('input', { type: 'search', placeholder: name === 'key' ? 'Key id' : name[0].toUpperCase() + name.slice(1), 'aria-label': name, value: query.get(name) ?? '', onchange: () => first() }),
  }));
  const live = h('input', { type: 'checkbox', checked: true });
  const place = card('', loading());
  const faults = h('div', {});
  fill(root, heading('Requests', 'The latest calls in the ledger. Prompts and answers are not kept.', check('Live', live), ...filters.map(({ control }) => control)), faults, place);

  /** @type {UsageRow[]} */
  let all = [];
  let hasMore = false;
  /** @type {Map<string, string>} */
  const names = new Map();
  repeat(signal, 5000, async () => {
    // Who reads further down is not moved.
    if ((live.checked && all.length <= PAGE) || all.length === 0) {
      await first();
    }
  });

  async function first() {
    await guarded(async () => {
      const page = await ask(`admin/usage/rows?${parameters()}`, { signal });
      if (page.data.some((/** @type {UsageRow} */ row) => row.key && row.key !== 'master' && !names.has(row.key))) {
        (await namesOf('keys', signal)).forEach((name, id) => names.set(id, name));

        // Keys that were deleted have no name any more: they are not looked for again.
        page.data.filter((/** @type {UsageRow} */ row) => row.key && !names.has(row.key)).forEach((/** @type {UsageRow} */ row) => names.set(row.key, row.key));
      }

      const isSame = all.length > 0 && page.data.length === all.length && page.data[0].id === all[0].id;
      all = page.data;
      hasMore = page.has_more;
      if (!isSame) {
        draw();
      }
    });
  }

  async function next() {
    await guarded(async () => {
      const page = await ask(`admin/usage/rows?${parameters()}&after=${all[all.length - 1].id}`, { signal });
      all.push(...page.data);
      hasMore = page.has_more;
      draw();
    });
  }

  function parameters() {
    const said = new URLSearchParams({ order: 'desc', limit: String(PAGE), from: day(-89) });
    for (const { name, control } of filters.filter(({ control }) => control.value.trim())) {
      said.set(name, control.value.trim());
    }

    return said;
  }

  function draw() {
    fill(place, all.length === 0 ? empty('No requests yet.', h('a', { href: '#/playground' }, 'Send one from the playground')) : table(
      ['When', 'Status', 'Model', 'Provider', 'Key', '#Prompt', '#Completion', '#Cost', '#First byte', '#Duration'],
      all.map(row => [
        h('span', { title: row.at }, clock(row.at)),
        badge(`${row.status || '–'} ${row.cached ? 'cached' : row.outcome}`, TONES.get(row.outcome) ?? ''),
        h('code', {}, row.model || '–'),
        row.provider || '–',
        nameOf(names, row.key),
        count(row.prompt_tokens),
        count(row.completion_tokens),
        money(row.cost, 6),
        duration(row.first_byte_ms),
        duration(row.duration_ms),
      ]),
      { label: 'Requests', onrow: index => detail(all[index], names) }),
    hasMore ? h('div', { class: 'more' }, button('Load more', () => next())) : null);
  }

  /** @param {() => Promise<void>} work */
  async function guarded(work) {
    try {
      await work();
      fill(faults);
    } catch (fault) {
      if (!isAbort(fault)) {
        fill(faults, failure(fault, first));
        if (all.length === 0) {
          fill(place);
        }
      }
    }
  }
}

/** @param {UsageRow} row @param {Map<string, string>} names */
function detail(row, names) {
  dialogs.show('Request', facts([
    ['When', time(row.at)],
    ['Request', h('code', {}, row.request_id)],
    ['Outcome', `${row.outcome}, status ${row.status}${row.error ? `, ${row.error}` : ''}`],
    ['Operation', `${row.operation}${row.stream ? ', streamed' : ''}`],
    ['Model', row.model],
    ['Answered by', `${row.provider || 'nobody'} ${row.deployment}, ${row.attempts} attempt${row.attempts === 1 ? '' : 's'}`],
    ['Key', `${nameOf(names, row.key)}${row.key && row.key !== 'master' ? ` (${row.key})` : ''}`],
    ['Project', row.project || 'none'],
    ['User', row.user || 'none'],
    ['Tokens', `${count(row.prompt_tokens)} prompt, ${count(row.completion_tokens)} completion${row.estimated ? ', estimated' : ''}`],
    ['Cost', money(row.cost, 9)],
    ['Times', `${duration(row.first_byte_ms)} to the first byte, ${duration(row.duration_ms)} in all`],
  ]));
}
