// Dialogs: the browser's own, which keep the focus and close with Escape.

import { fill, h } from './dom.js';
import { button, copy, failure, isAbort } from './parts.js';

/** @typedef {import('./dom.js').Child} Child */

/**
 * Opens a dialog with a form. It stays open while what it says cannot be done, and tells why.
 * @param {string} title
 * @param {Child[]} children
 * @param {{ action: string, kind?: string, work: () => Promise<unknown> }} does
 */
export function ask(title, children, { action, kind = 'primary', work }) {
  const place = h('div', {});
  const submit = h('button', { type: 'submit', class: kind }, action);
  const form = h('form', { novalidate: true }, h('h2', {}, title), children, place, h('footer', {}, button('Cancel', () => dialog.close()), submit));
  const dialog = open(form);
  form.addEventListener('submit', async event => {
    event.preventDefault();
    if (!form.reportValidity()) {
      return;
    }

    submit.disabled = true;
    fill(place);
    try {
      await work();
      dialog.close();
    } catch (fault) {
      if (!isAbort(fault)) {
        fill(place, failure(fault));
      }
    } finally {
      submit.disabled = false;
    }
  });
}

/** Shows something. @param {string} title @param {...(Child | Child[])} children */
export function show(title, ...children) {
  const dialog = open(h('div', { class: 'body' }, h('h2', {}, title), ...children, h('footer', {}, h('button', { type: 'button', class: 'primary', autofocus: true, onclick: () => dialog.close() }, 'Close'))));
}

/** Shows a key, this once; only its own button closes it. @param {string} title @param {string} key */
export function showKey(title, key) {
  const text = h('input', { class: 'mono', readonly: true, value: key, 'aria-label': 'The key', onfocus: event => event.target.select() });
  const dialog = open(h('div', { class: 'body' },
    h('h2', {}, title),
    h('p', {}, 'Copy it now. It is not shown again: the gateway keeps only its hash.'),
    h('div', { class: 'row' }, text, button('Copy', () => copy(text))),
    h('footer', {}, button('Done', () => dialog.close(), 'primary'))));
  dialog.addEventListener('cancel', event => event.preventDefault());
}

/** @param {HTMLElement} content */
function open(content) {
  const dialog = h('dialog', {}, content);
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
