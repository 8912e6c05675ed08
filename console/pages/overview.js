// How the gateway does, and what was asked of it lately.

import { ask, askAll, session } from '../api.js';
import { bars } from '../chart.js';
import { fill, h } from '../dom.js';
import { count, day, days, duration, money, short, span, time } from '../format.js';
import { nameOf, namesOf } from '../names.js';
import { badge, card, empty, failure, heading, isAbort, loading, repeat, select, table } from '../parts.js';

/** @typedef {import('../types.js').Usage} Usage */
/** @typedef {import('../types.js').Health} Health */

const TONES = new Map([['healthy', 'ok'], ['ok', 'ok'], ['degraded', 'warn'], ['no_key', 'warn'], ['draining', 'warn'], ['starting', 'warn'], ['down', 'bad']]);

/** @type {Record<string, { text: string, of: (usage: Usage) => number, format: (value: number) => string }>} */
const MEASURES = {
  requests: { text: 'Requests', of: usage => usage.requests, format: short },
  tokens: { text: 'Tokens', of: tokensOf, format: short },
  cost: { text: 'Cost', of: usage => usage.cost ?? 0, format: value => money(value) },
};

/** @param {import('../types.js').PageContext} context */
export function overview({ root, signal }) {
  const about = h('span', {}, '…');
  const state = h('div', { class: 'stack' }, loading());
  const used = h('div', { class: 'stack' }, session.open ? null : loading());
  const faults = [h('div', {}), h('div', {})];
  fill(root, heading('Overview', about), faults, used, state);

  let measure = 'requests';
  repeat(signal, 5000, () => guarded(faults[0], async () => {
    /** @type {Health} */
    const health = await ask('health', { signal });
    fill(about, healthLine(health));
    fill(state, standings(health));
  }));

  if (session.open) {
    fill(used, h('div', { class: 'notice' }, h('span', {}, 'Usage is shown to administrators, and this gateway asks nobody for a key yet. ', h('a', { href: '#/keys' }, 'How to change that'))));
    return;
  }

  repeat(signal, 15_000, () => guarded(faults[1], async () => {
    const [from, to] = [day(-29), day()];
    const [byDay, byModel, byKey, names] = await Promise.all([sums('day'), sums('model'), sums('key'), namesOf('keys', signal)]);
    const draw = () => fill(used, tiles(byDay), dayChart(byDay, from, to), h('div', { class: 'columns' }, top('Models', byModel, usage => usage.model || 'no model found', 'model'), top('Keys', byKey, usage => nameOf(names, usage.key), 'key')));
    draw();

    /** @param {Usage[]} all */
    function dayChart(all, from = '', to = '') {
      const { of, format, text } = MEASURES[measure];
      const known = new Map(all.map(usage => [usage.day, of(usage)]));
      const values = days(from, to).map(label => ({ label, value: known.get(label) ?? 0 }));
      const total = values.reduce((sum, bar) => sum + bar.value, 0);
      const choice = select(Object.entries(MEASURES).map(([name, one]) => [name, one.text]), measure, { 'aria-label': 'Measure', onchange: () => { measure = choice.value; draw(); } });
      const section = card('By day', bars(values, format, `${text} by day, ${from} to ${to}: ${format(total)} in all`));
      section.classList.add('by-day');
      section.firstElementChild?.append(h('small', { class: 'muted' }, 'UTC days'), choice);
      return section;
    }

    /** @param {string} group @returns {Promise<Usage[]>} */
    async function sums(group) {
      return (await askAll('admin/usage', { from, to, group_by: group }, signal)).data;
    }
  }));

  /** What is shown stays when it cannot be had anew. @param {Element} place For what went wrong. @param {() => Promise<void>} work */
  async function guarded(place, work) {
    try {
      await work();
      fill(place);
    } catch (fault) {
      if (!isAbort(fault) && !signal.aborted) {
        fill(place, failure(fault));
      }
    }
  }
}

/** @param {Health} health */
function healthLine(health) {
  const parts = [`version ${health.version}`];
  if (health.uptime_s !== undefined) {
    parts.push(`up ${span(health.uptime_s)}`, `${count(health.requests_running ?? 0)} running`);
  }

  return [badge(health.status, TONES.get(health.status) ?? ''), ` ${parts.join(' · ')}`];
}

/** @param {Usage[]} byDay */
function tiles(byDay) {
  const spans = /** @type {[string, number][]} */ ([['Today', 0], ['Last 7 days', -6], ['Last 30 days', -29]]);
  return h('div', { class: 'tiles' }, spans.map(([title, back]) => {
    const since = day(back);
    const all = byDay.filter(usage => (usage.day ?? '') >= since);
    const sum = (/** @type {(usage: Usage) => number} */ of) => all.reduce((total, usage) => total + of(usage), 0);
    const [requests, failed, unknown] = [sum(usage => usage.requests), sum(usage => usage.failed), sum(usage => usage.cost_unknown)];
    return h('section', { class: 'card tile' },
      h('h2', {}, title),
      h('div', { class: 'numbers' },
        number(short(requests), 'requests', `${count(requests)} requests`),
        number(short(sum(tokensOf)), 'tokens', `${count(sum(tokensOf))} tokens`),
        number(money(sum(usage => usage.cost ?? 0)), 'cost')),
      h('p', { class: 'muted' }, failed === 0 ? 'no failures' : `${count(failed)} failed (${(100 * failed / requests).toFixed(1)} %)`, unknown > 0 ? ` · cost of ${count(unknown)} unknown` : ''));
  }));
}

/** @param {string} value @param {string} text @param {string} [title] */
function number(value, text, title) {
  return h('div', { title }, h('strong', {}, value), h('span', { class: 'muted' }, text));
}

/** @param {string} title @param {Usage[]} all @param {(usage: Usage) => string} name @param {'model' | 'key'} filter */
function top(title, all, name, filter) {
  const most = all.sort((one, other) => (other.cost ?? 0) - (one.cost ?? 0) || other.requests - one.requests).slice(0, 8);
  return card(title, h('p', { class: 'muted' }, 'Last 30 days, by cost'), most.length === 0 ? empty('No requests yet.', h('a', { href: '#/playground' }, 'Send one from the playground')) : table(
    [title.slice(0, -1), '#Requests', '#Tokens', '#Cost'],
    most.map(usage => [
      usage[filter] ? h('a', { href: `#/requests?${filter}=${encodeURIComponent(usage[filter] ?? '')}` }, name(usage)) : name(usage),
      count(usage.requests),
      h('span', { title: count(tokensOf(usage)) }, short(tokensOf(usage))),
      money(usage.cost),
    ]),
    { label: `${title} by cost` }));
}

/** @param {Health} health */
function standings(health) {
  const providers = Object.entries(health.providers ?? {});
  const dependencies = Object.entries(health.dependencies ?? {}).filter(([, value]) => typeof value === 'object' && value !== null)
    .map(([name, value]) => /** @type {[string, Record<string, any>]} */ ([name, value]));
  return h('div', { class: 'columns' },
    card('Providers', providers.length === 0 ? empty('No providers.', 'Set the key of one, or add a row to switchboard.yaml.') : table(
      ['Provider', 'Status', '#Deployments', '#Passed by', '#In flight'],
      providers.map(([name, one]) => [
        h('span', {}, name, name === one.type ? null : h('span', { class: 'muted' }, ` ${one.type}`)),
        badge(one.status.replaceAll('_', ' '), TONES.get(one.status) ?? ''),
        one.deployments,
        h('span', { title: `${one.open_breakers} open breakers, ${one.cooling} cooling down` }, one.open_breakers + one.cooling),
        one.in_flight,
      ]),
      { label: 'Providers' })),
    card('Dependencies', table(
      ['Dependency', 'Kind', 'Status', '#Latency', '#Counts'],
      dependencies.map(([name, one]) => [name.replaceAll('_', ' '), one.kind, badge(one.status, TONES.get(one.status) ?? ''), duration(one.latency_ms), more(one)]),
      { label: 'Dependencies' }),
    health.configuration ? h('p', { class: 'muted' }, `Configuration loaded ${time(health.configuration.taken_at)} `, health.configuration.refused_at ? badge(`a change was refused ${time(health.configuration.refused_at)}, see the log`, 'warn') : null) : null));
}

/** The counts of a dependency that are not nought. @param {Record<string, any>} one */
function more(one) {
  return Object.entries(one).filter(([name, value]) => name !== 'latency_ms' && typeof value === 'number' && value > 0).map(([name, value]) => `${count(value)} ${name.replaceAll('_', ' ')}`).join(', ') || '–';
}

/** @param {Usage} usage */
function tokensOf(usage) {
  return usage.prompt_tokens + usage.completion_tokens;
}
