// A chat with a model, and what it took.

import { ask, send, session, urlOf } from '../api.js';
import { fill, h } from '../dom.js';
import { count, duration, money } from '../format.js';
import { button, card, check, copy, facts, failure, field, heading, isAbort, messageOf, select } from '../parts.js';
import { events } from '../sse.js';
import { canChat } from './models.js';

/** @typedef {{ role: string, content: string }} Message */

/** @param {import('../types.js').PageContext} context */
export async function playground({ root, query, signal }) {
  const model = select([], '', { 'aria-label': 'Model', onchange: () => tell() });
  const system = h('textarea', { rows: 3, placeholder: 'You are …', oninput: () => tell() });
  const temperature = h('input', { type: 'number', min: 0, max: 2, step: 0.1, placeholder: 'default', oninput: () => tell() });
  const most = h('input', { type: 'number', min: 1, step: 1, placeholder: 'default', oninput: () => tell() });
  const stream = h('input', { type: 'checkbox', checked: true, onchange: () => tell() });
  const said = h('textarea', { rows: 3, placeholder: 'Write a message', 'aria-label': 'Message', oninput: () => tell(), onkeydown: event => event.key === 'Enter' && (event.ctrlKey || event.metaKey) && run() });
  const talk = h('div', { class: 'talk', role: 'log', 'aria-label': 'Messages' });
  const took = h('div', { class: 'took' }, h('p', { class: 'muted' }, 'Send a message to see timings, tokens and cost.'));
  const line = h('textarea', { class: 'mono', readonly: true, rows: 10, wrap: 'off', 'aria-label': 'The same call with curl', spellcheck: 'false' });
  const submit = button('Send', () => run(), 'primary');
  const stop = button('Stop', () => calling?.abort());
  stop.hidden = true;

  /** @type {Message[]} */
  let messages = [];
  /** @type {AbortController | null} */
  let calling = null;
  /** @type {Call | null} */
  let latest = null;
  signal.addEventListener('abort', () => calling?.abort());

  const told = h('div', {});
  fill(root, heading('Playground', 'Calls POST /v1/chat/completions with the key you signed in with.'), told, h('div', { class: 'playground' },
    h('section', { class: 'card' }, talk, field('Message', said, 'Ctrl-Enter sends.'), h('div', { class: 'row' }, submit, stop, button('Clear', () => { calling?.abort(); messages = []; draw(); tell(); }))),
    h('div', { class: 'stack' },
      card('Request', field('Model', model), field('System', system), h('div', { class: 'pair' }, field('Temperature', temperature), field('Max tokens', most)), check('Stream', stream)),
      card('Result', took),
      card('curl', line, h('div', { class: 'row' }, button('Copy', () => copy(line)))))));

  try {
    /** @type {import('../types.js').Model[]} */
    const all = (await ask('v1/models', { signal })).data;
    const names = all.filter(canChat).map(one => one.id);
    const wanted = query.get('model');
    fill(model, (wanted && !names.includes(wanted) ? [wanted, ...names] : names).map(id => h('option', { value: id }, id)));
    model.value = wanted ?? names.find(id => id === 'switchboard-tiny') ?? names[0] ?? '';
  } catch (fault) {
    if (!isAbort(fault)) {
      fill(told, failure(fault));
    }
  }

  draw();
  tell();

  /** The request, with what is in the field where something is. */
  function body() {
    const next = said.value.trim() ? [{ role: 'user', content: said.value.trim() }] : messages.length === 0 ? [{ role: 'user', content: 'Hello!' }] : [];
    return {
      model: model.value,
      messages: [...(system.value.trim() ? [{ role: 'system', content: system.value.trim() }] : []), ...messages, ...next],
      ...(temperature.value === '' ? {} : { temperature: Number(temperature.value) }),
      ...(most.value === '' ? {} : { max_completion_tokens: Number(most.value) }),
      ...(stream.checked ? { stream: true, stream_options: { include_usage: true } } : {}),
    };
  }

  async function run() {
    if (calling || !said.value.trim()) {
      said.focus();
      return;
    }

    const request = body();
    messages.push({ role: 'user', content: said.value.trim() });
    said.value = '';
    const answer = { role: 'assistant', content: '' };
    messages.push(answer);
    draw();
    const text = /** @type {HTMLElement} */ (talk.lastElementChild?.lastElementChild);
    calling = new AbortController();
    [submit.disabled, stop.hidden] = [true, false];
    const call = latest = new Call(performance.now());
    try {
      const response = await send('v1/chat/completions', { method: 'POST', body: request, signal: calling.signal });
      call.requestId = response.headers.get('x-request-id');
      call.cost = response.headers.get('x-switchboard-cost');
      for await (const piece of request.stream ? pieces(response, call) : whole(response, call)) {
        answer.content += piece;
        text.textContent = answer.content;
        talk.scrollTop = talk.scrollHeight;
        fill(took, call.facts());
      }
    } catch (fault) {
      call.end = isAbort(fault) ? 'stopped' : 'failed';
      if (!isAbort(fault)) {
        talk.append(failure(fault));
      }
    } finally {
      calling = null;
      [submit.disabled, stop.hidden] = [false, true];
    }

    if (answer.content === '') {
      messages = messages.filter(message => message !== answer);
      text.textContent = call.end === 'done' ? 'The answer has no text.' : call.end;
    }

    call.finished ??= performance.now();
    fill(took, call.facts());
    tell();
    said.focus();
    await priceOf(call);
  }

  /** A stream's cost is known when it is over: the ledger has it then. @param {Call} call */
  async function priceOf(call) {
    for (let attempt = 0; attempt < 20 && call.cost === null && call.requestId && latest === call && !session.open && !signal.aborted; attempt++) {
      await new Promise(resolve => setTimeout(resolve, Math.min(3000, 400 * (attempt + 1))));
      try {
        /** @type {{ data: import('../types.js').UsageRow[] }} */
        const { data } = await ask('admin/usage/rows?order=desc&limit=50', { signal });
        const row = data.find(one => one.request_id === call.requestId);
        if (row) {
          call.cost = row.cost === null ? 'unknown' : String(row.cost);
          fill(took, call.facts());
        }
      } catch {
        return;
      }
    }
  }

  function draw() {
    fill(talk, messages.length === 0 ? h('p', { class: 'muted' }, 'No messages yet.') : messages.map(message =>
      h('article', { class: message.role }, h('h3', {}, message.role), h('div', { class: 'text' }, message.content || '…'))));
  }

  function tell() {
    const text = JSON.stringify(body(), null, 2).replaceAll("'", String.raw`'\''`);
    line.value = `curl ${urlOf('v1/chat/completions')} \\\n${session.open ? '' : '  -H "Authorization: Bearer $SWITCHBOARD_KEY" \\\n'}  -H 'Content-Type: application/json' \\\n  -d '${text}'`;
  }
}

/** What is known of a call so far. */
class Call {
  /** @param {number} began */
  constructor(began) {
    this.began = began;
    /** @type {number | null} */
    this.first = null;
    /** @type {number | null} */
    this.finished = null;
    /** @type {{ prompt_tokens: number, completion_tokens: number } | null} */
    this.usage = null;
    /** @type {string | null} */
    this.cost = null;
    /** @type {string | null} */
    this.requestId = null;
    this.end = 'done';
    this.reason = '';
  }

  facts() {
    const end = this.finished ?? performance.now();
    const made = this.usage && this.first !== null && end > this.first ? this.usage.completion_tokens / ((end - this.first) / 1000) : null;
    return facts([
      ['First token', this.first === null ? '–' : duration(this.first - this.began)],
      ['Total', this.finished === null ? '…' : duration(this.finished - this.began)],
      ['Tokens', this.usage ? `${count(this.usage.prompt_tokens)} prompt, ${count(this.usage.completion_tokens)} completion` : 'not reported'],
      ['Tokens per second', made === null ? '–' : made.toFixed(1)],
      ['Cost', this.cost === null ? 'not reported' : this.cost === 'unknown' ? 'unknown' : money(Number(this.cost), 9)],
      ['Finish', this.finished === null ? '…' : this.reason || this.end],
      ['Request', h('code', {}, this.requestId ?? '–')],
    ]);
  }
}

/** @param {Response} response @param {Call} call */
async function* pieces(response, call) {
  for await (const data of events(response)) {
    if (data === '[DONE]') {
      break;
    }

    const event = JSON.parse(data);
    if (event.error) {
      throw new Error(messageOf(event.error.message ?? 'The stream ended with an error.'));
    }

    call.usage = event.usage ?? call.usage;
    call.reason = event.choices?.[0]?.finish_reason ?? call.reason;
    const text = textOf(event.choices?.[0]?.delta);
    if (text) {
      call.first ??= performance.now();
      yield text;
    }
  }

  call.finished = performance.now();
}

/** @param {Response} response @param {Call} call */
async function* whole(response, call) {
  const answer = await response.json();
  call.usage = answer.usage ?? null;
  call.reason = answer.choices?.[0]?.finish_reason ?? '';
  call.finished = performance.now();
  yield textOf(answer.choices?.[0]?.message);
}

/** What a message says; a call of a tool is shown as it is. @param {any} message */
function textOf(message) {
  return `${message?.reasoning_content ?? ''}${message?.content ?? message?.refusal ?? ''}${message?.tool_calls ? JSON.stringify(message.tool_calls) : ''}`;
}
