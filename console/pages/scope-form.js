// The form of a key, a project or a team.

import { ask } from '../api.js';
import * as dialogs from '../dialogs.js';
import { h } from '../dom.js';
import { namesOf } from '../names.js';
import { check, failure, field, select } from '../parts.js';
import { KINDS } from './scopes.js';

/** @typedef {import('../types.js').Scope} Scope */
/** @typedef {'requests_per_minute' | 'requests_per_day' | 'tokens_per_minute' | 'tokens_per_day' | 'concurrent_requests'} LimitName */

/** @type {[LimitName, string, string][]} */
export const LIMITS = [
  ['requests_per_minute', 'Requests per minute', 'rpm'],
  ['requests_per_day', 'Requests per day', 'rpd'],
  ['tokens_per_minute', 'Tokens per minute', 'tpm'],
  ['tokens_per_day', 'Tokens per day', 'tpd'],
  ['concurrent_requests', 'Concurrent requests', 'concurrent'],
];

/** @type {import('../types.js').Budget['period'][]} */
const PERIODS = ['day', 'month', 'total'];

/**
 * Makes one, or changes what the form changed of one: what somebody else changed meanwhile stays.
 * @param {import('./scopes.js').Kind} kind
 * @param {Scope | null} scope
 * @param {string | null} within What a new one is in.
 * @param {(scope: Scope) => Promise<void>} done
 */
export async function edit(kind, scope, within, done) {
  const { one, parent, parentId } = KINDS[kind];
  /** @type {Map<string, string>} */
  let parents = new Map();
  try {
    parents = parent ? await namesOf(parent) : parents;
  } catch (fault) {
    dialogs.show('Not possible right now', failure(fault));
    return;
  }

  const name = h('input', { required: true, value: scope?.name, maxlength: 200, autofocus: true, autocomplete: 'off' });
  const belongs = parent ? select([['', 'none'], ...parents], (parentId ? scope?.[parentId] : null) ?? within ?? '') : null;
  const administrator = h('input', { type: 'checkbox', checked: scope?.administrator });
  const models = lines(scope?.allowed_models);
  const providers = lines(scope?.allowed_providers);
  const addresses = lines(scope?.allowed_addresses);
  const expires = h('input', { type: 'datetime-local', value: scope?.expires_at ? local(scope.expires_at) : '' });
  const limits = LIMITS.map(([limit, text]) => ({ limit, text, control: h('input', { type: 'number', min: 0, step: 1, value: scope?.limits[limit], placeholder: 'none' }) }));
  const budgets = PERIODS.map(period => {
    const known = scope?.budgets.find(budget => budget.period === period);
    return {
      period,
      amount: h('input', { type: 'number', min: 0, step: 'any', value: known?.amount, placeholder: 'none', 'aria-label': `Dollars, ${period}` }),
      warnAt: h('input', { type: 'number', min: 0, max: 100, step: 1, value: Math.round(100 * (known?.warn_at ?? 0.8)), 'aria-label': `Warning at percent, ${period}` }),
    };
  });
  const byModel = h('textarea', { rows: 3, spellcheck: 'false', class: 'mono', value: json(scope?.limits.models), placeholder: '{ "gpt-4o*": { "requests_per_minute": 10 } }' });
  const metadata = h('textarea', { rows: 2, spellcheck: 'false', class: 'mono', value: json(scope?.metadata), placeholder: '{ "owner": "billing" }' });

  /** What the form says, as the admin API takes it. */
  const read = () => ({
    name: name.value.trim(),
    ...(belongs && parentId ? { [parentId]: belongs.value || null } : {}),
    ...(kind === 'keys' ? { administrator: administrator.checked } : {}),
    expires_at: expires.value ? Math.floor(new Date(expires.value).getTime() / 1000) : null,
    allowed_models: texts(models),
    allowed_providers: texts(providers),
    allowed_addresses: texts(addresses),
    limits: { ...Object.fromEntries(limits.map(({ limit, control }) => [limit, control.value === '' ? null : Number(control.value)])), models: object('Limits by model', byModel) },
    budgets: budgets.filter(({ amount }) => amount.value !== '').map(({ period, amount, warnAt }) => ({ period, amount: Number(amount.value), warn_at: Number(warnAt.value) / 100 })),
    metadata: object('Metadata', metadata),
  });

  const before = /** @type {Record<string, unknown>} */ (read());
  dialogs.ask(scope ? `Edit ${scope.name}` : `Create ${one}`, [
    field('Name', name),
    belongs && parent ? field(KINDS[parent].title.slice(0, -1), belongs) : null,
    kind === 'keys' ? check('Administrator: may use this console and the admin API', administrator) : null,
    h('fieldset', {}, h('legend', {}, 'Access'),
      field('Models', models, 'One per line, * for anything. Empty allows all.'),
      h('div', { class: 'pair' }, field('Providers', providers, 'One per line. Empty allows all.'), field('Addresses', addresses, 'Such as 10.0.0.0/8. Empty allows all.')),
      field('Expires', expires, 'Local time. Empty never expires.')),
    h('fieldset', {}, h('legend', {}, 'Limits'), h('div', { class: 'pair' }, limits.map(({ text, control }) => field(text, control)))),
    h('fieldset', {}, h('legend', {}, 'Budgets (US dollars)'), budgets.map(({ period, amount, warnAt }) =>
      h('div', { class: 'budget' }, h('span', {}, period === 'total' ? 'total' : `per ${period}`), amount, h('span', {}, 'warn at'), warnAt, h('span', {}, '%')))),
    h('details', { open: Boolean(byModel.value || metadata.value) }, h('summary', {}, 'More'), field('Limits by model, as JSON', byModel), field('Metadata, as JSON', metadata)),
  ], {
    action: scope ? 'Save' : 'Create',
    work: async () => {
      const now = /** @type {Record<string, unknown>} */ (read());
      const said = scope ? Object.fromEntries(Object.entries(now).filter(([member, value]) => JSON.stringify(value) !== JSON.stringify(before[member]))) : now;
      await done(await ask(scope ? `admin/${kind}/${encodeURIComponent(scope.id)}` : `admin/${kind}`, { method: scope ? 'PATCH' : 'POST', body: said }));
    },
  });
}

/** @param {string[] | undefined} texts */
function lines(texts) {
  return h('textarea', { rows: 2, spellcheck: 'false', value: texts?.join('\n') });
}

/** @param {HTMLTextAreaElement} control */
function texts(control) {
  return control.value.split(/[\n,]/).map(text => text.trim()).filter(text => text !== '');
}

/** @param {object | undefined} value */
function json(value) {
  return value && Object.keys(value).length > 0 ? JSON.stringify(value, (_, member) => member ?? undefined, 2) : '';
}

/** @param {string} name @param {HTMLTextAreaElement} control @returns {unknown} */
function object(name, control) {
  try {
    return control.value.trim() ? JSON.parse(control.value) : {};
  } catch (fault) {
    throw new Error(`${name}: ${fault instanceof Error ? fault.message : fault}`);
  }
}

/** Seconds since 1970 as a field of a local time has them. @param {number} seconds */
function local(seconds) {
  const date = new Date(seconds * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
