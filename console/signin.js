// The page that asks for a key.

import { send, session } from './api.js';
import { fill, h } from './dom.js';
import { failure } from './parts.js';

/**
 * @param {Element} place
 * @param {() => unknown} done Called when the gateway took the key.
 * @param {string} [message] Why a key is asked for again.
 */
export function signIn(place, done, message) {
  document.title = 'Sign in · Switchboard';
  const key = h('input', { type: 'password', name: 'key', required: true, autocomplete: 'off', spellcheck: 'false' });
  const submit = h('button', { type: 'submit', class: 'primary' }, 'Sign in');
  const told = h('div', {}, message ? failure(message) : null);
  fill(place, h('div', { class: 'splash' },
    h('form', {
      class: 'card sign-in',
      onsubmit: async event => {
        event.preventDefault();
        submit.disabled = true;
        try {
          await send('admin/usage?limit=1', { key: key.value.trim(), quiet: true });
          session.signIn(key.value.trim());
          done();
        } catch (fault) {
          fill(told, failure(fault));
          submit.disabled = false;
          key.select();
        }
      },
    },
    h('h1', {}, 'Switchboard'),
    told,
    h('label', { class: 'field' }, h('span', {}, 'Master key or administrator key'), key),
    submit,
    h('p', { class: 'muted' }, 'It stays in this tab and goes to this gateway only. Closing the tab or signing out forgets it.'))));
  key.focus();
}
