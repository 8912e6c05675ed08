// Events of a stream, as they come.

/**
 * The data of each event of an answer.
 * @param {Response} answer
 * @returns {AsyncGenerator<string>}
 */
export async function* events(answer) {
  if (!answer.body) {
    return;
  }

  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  /** @type {string[]} */
  let data = [];
  while (true) {
    const { value, done } = await reader.read();
    if (done) {
      return;
    }

    const lines = (rest + value).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines.map(text => text.replace(/\r$/, ''))) {
      if (line.startsWith('data:')) {
        data.push(line.slice(5).replace(/^ /, ''));
      } else if (line === '' && data.length > 0) {
        yield data.join('\n');
        data = [];
      }
    }
  }
}
