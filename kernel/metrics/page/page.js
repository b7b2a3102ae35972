// SPDX-License-Identifier: MIT
// Keeps the live part of the status page up to date, says when the daemon is not heard of, and
// shows the tap. Foreign text is only ever text here: what the daemon renders it has escaped, and
// what the tap tells becomes text nodes.
(() => {
  'use strict';
  const link = document.getElementById('link');
  const silence_ms = 12_000; // two beats and a little
  let heard_ms = Date.now(); // the last sign of life
  let lost_since = null;
  let slow = ''; // what was skipped
  let slow_until_ms = 0; // how long to say so

  const clock = (ms) => new Date(ms).toLocaleTimeString([], { hour12: false });
  const say = (text, is_lost) => {
    if (link.textContent !== text) link.textContent = text;
    link.classList.toggle('lost', is_lost);
    document.body.classList.toggle('stale', is_lost);
  };

  const title = () => document.getElementById('live').dataset.title;

  // Makes `old` like `made`, and keeps the elements that both have: focus, selection and what the
  // user has opened stay.
  const morph = (old, made) => {
    if (old.nodeType !== made.nodeType || old.nodeName !== made.nodeName || old.id !== made.id) {
      old.replaceWith(made);
      return;
    }
    if (old.nodeType === Node.TEXT_NODE) {
      if (old.data !== made.data) old.data = made.data;
      return;
    }
    for (const { name, value } of [...made.attributes]) {
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    for (const { name } of [...old.attributes]) {
      if (!made.hasAttribute(name) && name !== 'open') old.removeAttribute(name);
    }
    const before = [...old.childNodes];
    const after = [...made.childNodes];
    after.forEach((each, i) => (before[i] ? morph(before[i], each) : old.append(each)));
    before.slice(after.length).forEach((each) => each.remove());
  };

  const update = (html) => {
    const made = new DOMParser().parseFromString(html, 'text/html').getElementById('live');
    if (made === null) return;
    morph(document.getElementById('live'), document.adoptNode(made));
    document.title = title();
  };

  const lose = (why) => {
    lost_since ??= Date.now();
    document.title = '\u2715 no connection';
    say(`\u2715 ${why} since ${clock(lost_since)}. What you see is from then. Trying again.`, true);
  };

  let events = null;
  const watch = () => {
    events = new EventSource('/events');
    const alive = () => {
      heard_ms = Date.now();
      lost_since = null;
      say(heard_ms < slow_until_ms ? `\u25cf Live, but this connection is slow: ${slow}`
        : '\u25cf Live', false);
    };
    events.addEventListener('hello', ({ data }) => {
      if (data !== document.documentElement.dataset.build) location.reload();
    });
    events.addEventListener('state', ({ data }) => {
      update(data);
      alive();
    });
    events.addEventListener('beat', alive);
    events.addEventListener('skipped', ({ data }) => {
      slow = `${data} ${data === '1' ? 'update' : 'updates'} skipped`;
      slow_until_ms = Date.now() + 10_000;
      alive();
    });
    events.onerror = () => {
      const is_refused = events.readyState === EventSource.CLOSED;
      lose(is_refused ? 'No live updates (too many pages are open?)' : 'The daemon does not answer');
      // Otherwise the browser tries again by itself.
      if (is_refused) setTimeout(() => events !== null && watch(), 5_000);
    };
  };
  say('Connecting\u2026', false);
  watch();
  setInterval(() => {
    if (events?.readyState !== EventSource.OPEN || Date.now() - heard_ms < silence_ms) return;
    heard_ms = Date.now();
    events.close();
    lose('The daemon does not answer');
    watch();
  }, 1_000);

  // A browser has few connections to a daemon: a page that nobody sees gives its own back.
  const hidden_ms = 30_000;
  let pause = 0;
  document.addEventListener('visibilitychange', () => {
    clearTimeout(pause);
    if (document.hidden) {
      pause = setTimeout(() => {
        events.close();
        events = null;
        say('\u2016 Paused: this page is hidden', false);
        document.title = `\u2016 paused \u2013 ${title()}`;
      }, hidden_ms);
    } else if (events === null) {
      heard_ms = Date.now();
      watch();
    }
  });

  // The tap: opened by the button, and shown a few times a second, however many events there are.
  const tap = document.getElementById('tap');
  const button = tap.querySelector('button');
  if (button === null) return; // it is not offered here
  const box = tap.querySelector('input');
  const state = document.getElementById('tap-state');
  const list = tap.querySelector('ol');
  const rows_max = 200;
  const show_ms = 200;
  let stream = null;
  let fresh = []; // that are not shown yet; the newest rows_max
  let count = 0;
  let missed = 0;

  const milliseconds = (s) => `${(s * 1000).toFixed(3)} ms`;
  const row = (of) => {
    const item = document.createElement('li');
    if (of.method === 'missed') {
      item.className = 'lost';
      item.textContent = `${of.params.count} events not shown: more came than could be told`;
      return item;
    }
    const event = of.params;
    const is_late = event.result === 'sent' && event.late > 0.001;
    item.className = event.reason ? 'lost' : is_late ? 'late' : '';
    const at = new Date(event.at * 1000);
    const time = `${clock(at)}.${String(at.getMilliseconds()).padStart(3, '0')}`;
    const way = [event.input, event.route, event.output].filter(Boolean).join(' \u2192 ');
    const what = event.count ? `${event.count} events` : (event.text ?? '');
    const how = event.reason ? `\u2715 ${event.result}: ${event.reason}`
      : `${is_late ? '! ' : ''}${event.result}${'late' in event ? `, late ${milliseconds(event.late)}` : ''}`;
    item.textContent = `${time}  ${way}  ${what}  ${how}`;
    return item;
  };
  const show = () => {
    if (fresh.length === 0) return;
    const rows = fresh.map(row).reverse();
    fresh = [];
    list.prepend(...rows);
    while (list.childElementCount > rows_max) list.lastElementChild.remove();
  };
  let shows = 0;
  const close = (why) => {
    stream?.close();
    stream = null;
    clearInterval(shows);
    show();
    button.textContent = 'Open the tap';
    button.setAttribute('aria-pressed', 'false');
    state.textContent = why;
  };
  const open = () => {
    list.replaceChildren();
    fresh = [];
    count = missed = 0;
    stream = new EventSource(box.checked ? '/events/tap/lost' : '/events/tap');
    button.textContent = 'Close the tap';
    button.setAttribute('aria-pressed', 'true');
    state.textContent = 'Opening\u2026';
    stream.onopen = () => { state.textContent = 'Open: events appear as they happen, newest first.'; };
    stream.onmessage = ({ data }) => {
      const event = JSON.parse(data);
      count += 1;
      fresh.push(event);
      if (fresh.length > rows_max) fresh.shift();
    };
    stream.onerror = () => close(stream.readyState === EventSource.CLOSED
      ? 'The daemon did not open the tap: too many are open, perhaps. Close one.'
      : 'The tap has ended, since the connection has. Open it again.');
    shows = setInterval(show, show_ms);
  };
  button.addEventListener('click', () => (stream === null ? open() : close('Closed: nothing is observed.')));
  box.addEventListener('change', () => {
    if (stream === null) return;
    close('');
    open();
  });
  button.closest('div').hidden = false;
})();
