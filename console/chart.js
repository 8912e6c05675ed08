// Bars by day, drawn to the width there is.

import { h, s } from './dom.js';

const HEIGHT = 180;
const LEFT = 52;
const RIGHT = 14;
const TOP = 10;
const BOTTOM = 22;

// Letters keep their size: on a narrow screen the drawing is narrower, not smaller.
const NARROW = 640;

/**
 * @param {{ label: string, value: number }[]} bars
 * @param {(value: number) => string} format
 * @param {string} label What it shows, for who hears it.
 */
export function bars(bars, format, label) {
  const isNarrow = innerWidth < NARROW;
  const width = isNarrow ? 380 : 900;
  const most = ceiling(Math.max(...bars.map(bar => bar.value), 0));
  const high = HEIGHT - TOP - BOTTOM;
  const step = (width - LEFT - RIGHT) / bars.length;
  const every = Math.ceil(bars.length / (isNarrow ? 4 : 8));
  const y = (/** @type {number} */ value) => TOP + high * (1 - value / most);
  const shares = format(most / 2) === format(most) ? [0, 1] : [0, 0.5, 1];
  const lines = shares.map(share => s('g', {},
    s('line', { x1: LEFT, x2: width - RIGHT, y1: y(most * share), y2: y(most * share), class: share === 0 ? 'axis' : 'grid' }),
    s('text', { x: LEFT - 8, y: y(most * share) + 4, 'text-anchor': 'end' }, format(most * share))));
  const columns = bars.map((bar, index) => s('g', { class: 'bar' },
    s('rect', { x: LEFT + index * step, y: TOP, width: step, height: high, class: 'hit' }),
    s('rect', { x: LEFT + index * step + step * 0.14, y: y(bar.value), width: step * 0.72, height: Math.max(bar.value > 0 ? 1.5 : 0, y(0) - y(bar.value)), rx: Math.min(2, step * 0.2) }),
    s('title', {}, `${bar.label}: ${format(bar.value)}`),
    (bars.length - 1 - index) % every === 0 ? s('text', { x: LEFT + (index + 0.5) * step, y: HEIGHT - 5, 'text-anchor': 'middle' }, bar.label.slice(5)) : null));
  return h('div', { class: 'chart' }, s('svg', { viewBox: `0 0 ${width} ${HEIGHT}`, role: 'img', 'aria-label': label }, lines, columns));
}

/** The next round number, whose half is one, too. @param {number} value */
function ceiling(value) {
  if (value <= 0) {
    return 1;
  }

  const size = 10 ** Math.floor(Math.log10(value));
  return (size >= 100 ? [1, 1.5, 2, 3, 4, 6, 8, 10] : [1, 2, 4, 6, 8, 10]).map(step => step * size).find(step => step >= value) ?? value;
}
