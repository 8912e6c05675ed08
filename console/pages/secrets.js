// The keys of providers that are kept encrypted: put and deleted, never shown.

import { ask, askAll } from '../api.js';
import * as dialogs from '../dialogs.js';
import { fill, h } from '../dom.js';
import { time } from '../format.js';
import { badge, button, card, empty, field, heading, load, table, toast } from '../parts.js';

/** @typedef {import('../types.js').Secret} Secret */

/** @param {import('../types.js').PageContext} context */
export async function secrets({ root, signal }) {
  const place = card('');
  fill(root, heading('Provider keys', ['Encrypted at rest and never shown again. Use one in the configuration as ', h('code', {}, '${secret:NAME}'), '.'], button('Add key', () => put(), 'primary')), place);
  await draw();

  async function draw() {
    await load(place, async () => {
      /** @type {{ data: Secret[] }} */
      const { data } = await askAll('admin/secrets', {}, signal);
      return data.length === 0 ? empty('No keys are kept here.', 'Keys from the environment or the configuration file are not listed.') : table(
        ['Name', 'Updated', 'Used by', '', ''],
        data.map(secret => [
          h('code', {}, secret.name),
          time(secret.updated_at),
          secret.used_by.length === 0 ? h('span', { class: 'muted' }, 'nothing') : secret.used_by.join(', '),
          secret.decryptable ? null : badge('cannot be decrypted with this encryption key', 'bad'),
          h('span', { class: 'row-actions' }, button('Replace', () => put(secret.name)), button('Delete', () => remove(secret), 'danger')),
        ]),
        { label: 'Provider keys' });
    });
  }

  /** @param {string} [known] */
  function put(known = '') {
    const name = h('input', { required: true, value: known, readonly: known !== '', autocomplete: 'off', spellcheck: 'false' });
    const value = h('input', { type: 'password', required: true, autocomplete: 'off' });
    dialogs.ask(known ? `Replace ${known}` : 'Add a provider key', [field('Name', name, known ? '' : 'Letters, digits, - and _'), field('Value', value)], {
      action: 'Save',
      work: async () => {
        await ask(`admin/secrets/${encodeURIComponent(name.value.trim())}`, { method: 'PUT', body: { value: value.value } });
        toast('Saved. It holds from now on.');
        await draw();
      },
    });
  }

  /** @param {Secret} secret */
  function remove(secret) {
    dialogs.ask(`Delete ${secret.name}?`, [
      h('p', {}, secret.used_by.length > 0 ? `It is used by ${secret.used_by.join(', ')}, which will fail without it.` : 'Nothing in the configuration uses it.'),
    ], {
      action: 'Delete',
      kind: 'danger',
      work: async () => {
        await ask(`admin/secrets/${encodeURIComponent(secret.name)}`, { method: 'DELETE' });
        toast('Deleted.');
        await draw();
      },
    });
  }
}
