// Keys, projects and teams: lists of them, and a page for each one.

import { ask, askAll } from '../api.js';
import * as dialogs from '../dialogs.js';
import { fill, h } from '../dom.js';
import { ago, count, duration, money, time } from '../format.js';
import { nameOf, namesOf } from '../names.js';
import { badge, button, card, empty, facts, field, heading, load, meter, select, table, toast } from '../parts.js';
import { LIMITS, edit } from './scope-form.js';
import { budgetTable } from './budgets.js';

/** @typedef {import('../types.js').Scope} Scope */
/** @typedef {import('../types.js').PageContext} PageContext */
/** @typedef {'keys' | 'projects' | 'teams'} Kind */

/** @type {Record<Kind, { title: string, one: string, about: string, parent: Exclude<Kind, 'keys'> | null, parentId: 'project_id' | 'team_id' | null }>} */
export const KINDS = {
  keys: { title: 'Keys', one: 'key', about: 'Who may ask, for what, and how much of it.', parent: 'projects', parentId: 'project_id' },
  projects: { title: 'Projects', one: 'project', about: 'Keys that share files, conversations and a policy.', parent: 'teams', parentId: 'team_id' },
  teams: { title: 'Teams', one: 'team', about: 'Projects under one policy: what a team forbids, none of its keys can allow.', parent: null, parentId: null },
};

/** The pages of a kind. @param {Kind} kind @returns {(context: PageContext) => Promise<void>} */
export const scopes = kind => context => context.id ? one(kind, context.id, context) : list(kind, context);

/** @param {Kind} kind @param {PageContext} context */
async function list(kind, { root, query, signal }) {
  const { title, one, about, parent, parentId } = KINDS[kind];
  const within = parentId ? query.get(parentId) : null;
  const search = h('input', { type: 'search', placeholder: 'Filter', 'aria-label': `Filter ${kind}`, oninput: () => draw() });
  const place = h('div', {});
  fill(root, heading(title, about, search, button(`Create ${one}`, () => make(), 'primary')), card('', place));

  /** @type {Scope[]} */
  let all = [];
  let isWhole = true;
  /** @type {Map<string, string>} */
  let parents = new Map();
  await load(place, async () => {
    const [page, names] = await Promise.all([
      /** @type {Promise<{ data: Scope[], isWhole: boolean }>} */ (askAll(`admin/${kind}`, { order: 'desc', ...(within && parentId ? { [parentId]: within } : {}) }, signal)),
      parent ? namesOf(parent, signal) : new Map(),
    ]);
    ({ data: all, isWhole } = page);
    parents = names;
    return contents();
  });

  function draw() {
    fill(place, contents());
  }

  function contents() {
    const words = search.value.toLowerCase().trim();
    const found = all.filter(scope => `${scope.name} ${scope.id} ${scope.key_head ?? ''} ${nameOf(parents, parentOf(kind, scope))}`.toLowerCase().includes(words));
    if (found.length === 0) {
      return all.length === 0 ? empty(`No ${kind} yet.`) : empty('Nothing matches the filter.');
    }

    return [
      table(
        ['Name', ...(kind === 'keys' ? ['Key'] : []), ...(parent ? [KINDS[parent].title.slice(0, -1)] : []), 'Models', 'Limits', 'Budgets', kind === 'keys' ? 'Last used' : 'Created'],
        found.map(scope => [
          h('span', { class: 'badges' }, h('a', { href: `#/${kind}/${encodeURIComponent(scope.id)}` }, scope.name), states(scope)),
          ...(kind === 'keys' ? [h('code', {}, `${scope.key_head}…${scope.key_tail}`)] : []),
          ...(parent ? [parentLink(kind, scope, parents)] : []),
          scope.allowed_models.length === 0 ? h('span', { class: 'muted' }, 'all') : some(scope.allowed_models),
          some(limitsOf(scope)),
          some(scope.budgets.map(budget => `${money(budget.amount)}${budget.period === 'total' ? '' : ` a ${budget.period}`}`)),
          kind === 'keys' ? h('span', { title: time(scope.last_used_at) }, ago(scope.last_used_at)) : time(scope.created_at),
        ]),
        { label: title }),
      isWhole ? null : h('p', { class: 'muted' }, `The first ${count(all.length)} are shown.`),
    ];
  }

  async function make() {
    await edit(kind, null, within, async made => {
      if (made.key) {
        dialogs.showKey(`Key for ${made.name}`, made.key);
      } else {
        toast('Created.');
      }

      all.unshift(made);
      draw();
    });
  }
}

/** @param {Kind} kind @param {string} id @param {PageContext} context */
async function one(kind, id, { root, signal }) {
  const { title, parent } = KINDS[kind];
  const path = `admin/${kind}/${encodeURIComponent(id)}`;
  await load(root, async () => {
    const [scope, limits, budgets, parents] = await Promise.all([
      /** @type {Promise<Scope>} */ (ask(path, { signal })),
      /** @type {Promise<{ data: import('../types.js').LimitStanding[] }>} */ (askAll(`${path}/limits`, {}, signal)),
      /** @type {Promise<{ data: import('../types.js').BudgetStanding[] }>} */ (askAll('admin/budgets', {}, signal)),
      parent ? namesOf(parent, signal) : new Map(),
    ]);
    return page(scope, limits.data, budgets.data.filter(budget => budget.scope_id === id), parents);
  });

  const again = () => one(kind, id, { root, signal, id, query: new URLSearchParams() });

  /**
   * @param {Scope} scope
   * @param {import('../types.js').LimitStanding[]} limits
   * @param {import('../types.js').BudgetStanding[]} budgets
   * @param {Map<string, string>} parents
   */
  function page(scope, limits, budgets, parents) {
    return [
      heading(scope.name, [h('a', { href: `#/${kind}` }, title), ' / ', h('code', {}, id), ' ', ...states(scope)],
        button('Edit', () => edit(kind, scope, null, async () => { toast('Saved. It holds from now on.'); await again(); })),
        kind === 'keys' ? button('Rotate', () => rotate(scope)) : null,
        button(scope.disabled ? 'Enable' : 'Disable', () => change({ disabled: !scope.disabled }, scope.disabled ? 'Enabled.' : 'Disabled.')),
        button('Delete', () => remove(scope), 'danger')),
      h('div', { class: 'columns scope' }, card('Policy', facts(policyOf(kind, scope, parents))), h('div', { class: 'stack' },
        card('Limits now', limits.length === 0 ? empty('No limits of its own.') : limitTable(limits)),
        card('Budgets now', budgets.length === 0 ? empty('No budgets of its own.') : budgetTable(budgets, false)))),
      h('p', { class: 'links' },
        kind === 'keys' ? h('a', { href: `#/requests?key=${encodeURIComponent(id)}` }, 'Requests') : null,
        kind === 'teams' ? null : h('a', { href: `#/usage?${KINDS[kind].one}=${encodeURIComponent(id)}` }, 'Usage'),
        kind === 'projects' ? h('a', { href: `#/keys?project_id=${encodeURIComponent(id)}` }, 'Keys') : null,
        kind === 'teams' ? h('a', { href: `#/projects?team_id=${encodeURIComponent(id)}` }, 'Projects') : null,
        h('a', { href: `#/audit?target=${encodeURIComponent(id)}` }, 'Audit log')),
    ];
  }

  /** @param {Record<string, unknown>} members @param {string} done */
  async function change(members, done) {
    await load(root, async () => {
      await ask(path, { method: 'PATCH', body: members, signal });
      toast(done);
      return [];
    });
    if (root.childElementCount === 0) {
      await again();
    }
  }

  /** @param {Scope} scope */
  function rotate(scope) {
    const grace = select([['0', 'no longer'], ['3600', 'for 1 more hour'], ['86400', 'for 24 more hours'], ['604800', 'for 7 more days']], '0');
    dialogs.ask(`Rotate ${scope.name}`, [h('p', {}, 'A new key takes its place, with the same policy.'), field('Accept the old key', grace)], {
      action: 'Rotate',
      work: async () => {
        /** @type {Scope} */
        const rotated = await ask(`${path}/rotate`, { method: 'POST', body: { grace_seconds: Number(grace.value) } });
        dialogs.showKey(`New key for ${rotated.name}`, rotated.key ?? '');
        await again();
      },
    });
  }

  /** @param {Scope} scope */
  function remove(scope) {
    dialogs.ask(`Delete ${scope.name}?`, [h('p', {}, kind === 'keys' ? 'Requests with this key are refused from then on.' : `Everything in this ${KINDS[kind].one} is deleted with it, keys included.`, ' This cannot be undone.')], {
      action: 'Delete',
      kind: 'danger',
      work: async () => {
        await ask(path, { method: 'DELETE' });
        toast('Deleted.');
        location.hash = `#/${kind}`;
      },
    });
  }
}

/** @param {Kind} kind @param {Scope} scope @param {Map<string, string>} parents @returns {[string, import('../dom.js').Child][]} */
function policyOf(kind, scope, parents) {
  const { parent } = KINDS[kind];
  const all = (/** @type {string[]} */ names) => names.length === 0 ? h('span', { class: 'muted' }, 'all') : names.join(', ');
  return [
    ...(kind === 'keys' ? /** @type {[string, import('../dom.js').Child][]} */ ([['Key', h('code', {}, `${scope.key_head}…${scope.key_tail}`)], ['Last used', time(scope.last_used_at)]]) : []),
    ...(parent ? /** @type {[string, import('../dom.js').Child][]} */ ([[KINDS[parent].title.slice(0, -1), parentLink(kind, scope, parents)]]) : []),
    ['Models', all(scope.allowed_models)],
    ['Providers', all(scope.allowed_providers)],
    ['Addresses', all(scope.allowed_addresses)],
    ['Expires', scope.expires_at === null ? 'never' : time(scope.expires_at)],
    ['Created', time(scope.created_at)],
    ['Changed', time(scope.updated_at)],
    ...Object.entries(scope.metadata),
  ];
}

/** @param {import('../types.js').LimitStanding[]} limits */
function limitTable(limits) {
  return table(['Kind', 'Model', '#Left', '#Limit', 'Used', 'Resets in'], limits.map(limit => {
    const used = limit.most > 0 ? 1 - limit.remaining / limit.most : 1;
    return [limit.limit.replaceAll('_', ' '), limit.model ?? 'all', count(limit.remaining), count(limit.most), meter(used, `${Math.round(100 * used)} % used`, used >= 1 ? 'bad' : used >= 0.8 ? 'warn' : 'ok'), limit.resets_in_ms === 0 ? '–' : duration(limit.resets_in_ms)];
  }), { label: 'Limits now' });
}

/** @param {Scope} scope */
function states(scope) {
  return [
    scope.administrator ? badge('administrator') : null,
    scope.disabled ? badge('disabled', 'bad') : null,
    scope.expires_at !== null && scope.expires_at * 1000 < Date.now() ? badge('expired', 'bad') : null,
    scope.grace_until && scope.grace_until * 1000 > Date.now() ? badge(`old key accepted until ${time(scope.grace_until)}`, 'warn') : null,
  ];
}

/** @param {Scope} scope */
function limitsOf(scope) {
  const own = LIMITS.filter(([name]) => scope.limits[name] !== null).map(([name, , unit]) => `${count(scope.limits[name] ?? 0)} ${unit}`);
  const models = Object.keys(scope.limits.models ?? {}).length;
  return models === 0 ? own : [...own, `${models} by model`];
}

/** The first few, and how many more there are. @param {string[]} all */
function some(all) {
  return all.length === 0 ? h('span', { class: 'muted' }, '–') : h('span', { title: all.join('\n') }, all.slice(0, 2).join(', '), all.length > 2 ? ` +${all.length - 2}` : '');
}

/** @param {Kind} kind @param {Scope} scope */
function parentOf(kind, scope) {
  return (kind === 'keys' ? scope.project_id : kind === 'projects' ? scope.team_id : null) ?? undefined;
}

/** @param {Kind} kind @param {Scope} scope @param {Map<string, string>} parents */
function parentLink(kind, scope, parents) {
  const id = parentOf(kind, scope);
  return id ? h('a', { href: `#/${KINDS[kind].parent}/${encodeURIComponent(id)}` }, nameOf(parents, id)) : h('span', { class: 'muted' }, '–');
}
