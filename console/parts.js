// The pieces that pages are put together from.

import { fill, h } from './dom.js';
import { ApiError } from './api.js';

/** @typedef {import('./dom.js').Child} Child */

/**
 * The head of a page: its title and what can be done there.
 * @param {string} title
 * @param {Child | Child[]} [about]
 * @param {Child[]} actions
 */
export function heading(title, about = null, ...actions) {
  document.title = `${title} · Switchboard`;
  return h('header', { class: 'page-head' },
    h('div', {}, h('h1', { tabindex: '-1' }, title), about ? h('p', { class: 'muted' }, about) : null),
    actions.length > 0 ? h('div', { class: 'actions' }, actions) : null);
}

/** @param {string} label @param {() => unknown} onclick @param {string} [kind] primary, danger or nothing. */
export function button(label, onclick, kind = '') {
  return h('button', { type: 'button', class: kind, onclick }, label);
}

/** A word with a colour: ok, warn, bad or none. @param {string} text @param {string} [tone] */
export const badge = (text, tone = '') => h('span', { class: `badge ${tone}` }, text);

/** A card, with a title where it has one. @param {string} title @param {...(Child | Child[])} children */
export const card = (title, ...children) => h('section', { class: 'card' }, title ? h('h2', {}, title) : null, ...children);

/** What stands where there is nothing. @param {string} title @param {Child | Child[]} [hint] */
export const empty = (title, hint = null) => h('div', { class: 'empty' }, h('strong', {}, title), hint ? h('p', {}, hint) : null);

/** What stands until there is something. */
export const loading = () => h('p', { class: 'loading', role: 'status' }, 'Loading…');

/** What went wrong, and another try. @param {unknown} fault @param {(() => unknown) | null} [again] */
export function failure(fault, again = null) {
  const id = fault instanceof ApiError ? fault.requestId : null;
  return h('div', { class: 'notice bad', role: 'alert' },
    h('span', {}, messageOf(fault), id ? h('small', {}, ` Request ${id}`) : null),
    again ? button('Try again', again) : null);
}

/** @param {unknown} fault */
export const messageOf = fault => fault instanceof Error ? fault.message : String(fault);

/** Whether a page ended while it waited: nobody is there to be told. @param {unknown} fault */
export const isAbort = fault => fault instanceof DOMException && fault.name === 'AbortError';

/**
 * A table. A cell is a text or a node; a column is its head, `#` before it for numbers.
 * @param {string[]} columns
 * @param {Child[][]} rows
 * @param {{ label: string, onrow?: (index: number) => unknown }} options
 */
export function table(columns, rows, { label, onrow }) {
  const heads = columns.map(name => name.startsWith('#') ? { name: name.slice(1), kind: 'number' } : { name, kind: '' });
  return h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label },
    h('table', {},
      h('thead', {}, h('tr', {}, heads.map(({ name, kind }) => h('th', { scope: 'col', class: kind }, name)))),
      h('tbody', {}, rows.map((cells, index) =>
        h('tr', onrow ? { class: 'link', tabindex: '0', onclick: () => onrow(index), onkeydown: event => event.key === 'Enter' && event.target === event.currentTarget && onrow(index) } : {},
          cells.map((cell, column) => h('td', { class: heads[column].kind }, cell)))))));
}

/** Names and values, one below the other. @param {[string, Child | Child[]][]} facts */
export const facts = facts => h('dl', { class: 'facts' }, facts.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));

/** How much of something is used. @param {number} share 0 to 1. @param {string} label @param {string} [tone] */
export function meter(share, label, tone = '') {
  const bar = h('span', { class: tone });
  bar.style.width = `${Math.min(1, Math.max(0, share)) * 100}%`;
  return h('span', { class: 'meter', role: 'img', 'aria-label': label, title: label }, bar);
}

/** A field of a form with its name. @param {string} label @param {Child} control @param {string} [hint] */
export const field = (label, control, hint = '') => h('label', { class: 'field' }, h('span', {}, label), control, hint ? h('small', { class: 'muted' }, hint) : null);

/** @param {string} label @param {HTMLInputElement} control */
export const check = (label, control) => h('label', { class: 'check' }, control, h('span', {}, label));

/** @param {[string, string][]} options Value and text. @param {string} value @param {Record<string, any>} [more] */
export function select(options, value, more = {}) {
  const control = h('select', more, options.map(([option, text]) => h('option', { value: option }, text)));
  control.value = value;
  return control;
}

/**
 * Draws what has to be asked for: what is loading, what went wrong, what came.
 * @param {Element} place
 * @param {() => Promise<Child | Child[]>} draw
 */
export async function load(place, draw) {
  fill(place, loading());
  try {
    fill(place, await draw());
  } catch (fault) {
    if (!isAbort(fault)) {
      fill(place, failure(fault, () => load(place, draw)));
    }
  }
}

/**
 * Does something now and again and again while the page is there and seen.
 * @param {AbortSignal} signal
 * @param {number} pause
 * @param {() => Promise<unknown>} work It tells itself what went wrong.
 */
export function repeat(signal, pause, work) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let isRunning = false;
  const run = async () => {
    clearTimeout(timer);
    if (isRunning || signal.aborted) {
      return;
    }

    isRunning = true;
    try {
      await work();
    } finally {
      isRunning = false;
    }

    if (!signal.aborted && !document.hidden) {
      timer = setTimeout(run, pause);
    }
  };
  document.addEventListener('visibilitychange', () => document.hidden ? clearTimeout(timer) : run(), { signal });
  signal.addEventListener('abort', () => clearTimeout(timer));
  run();
}

/** A line that says what was done and goes by itself. @param {string} text */
export function toast(text) {
  const line = h('div', { class: 'toast', role: 'status' }, text);

  // A dialog lies above everything else, and so must what is said while it is open.
  (document.querySelector('dialog[open]') ?? document.body).append(line);
  setTimeout(() => line.remove(), 4000);
}

/** Copies a text. @param {HTMLInputElement | HTMLTextAreaElement} control */
export async function copy(control) {
  try {
    await navigator.clipboard.writeText(control.value);
  } catch {
    // Only where the page came by TLS or from this machine may a page write there: else the old way.
    control.select();
    if (!document.execCommand('copy')) {
      toast('It is selected: press Ctrl-C to copy it.');
      return;
    }
  }

  toast('Copied.');
}
