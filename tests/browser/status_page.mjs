// SPDX-License-Identifier: MIT
// Looks at the status page of a daemon in a real Chromium, and says what it sees, a line each.
//   node status_page.mjs NODE_MODULES PORT snapshot   without JavaScript
//   node status_page.mjs NODE_MODULES PORT axe        accessibility, in light and dark, wide and narrow
//   node status_page.mjs NODE_MODULES PORT live       events, the tap, the daemon's end and return
//   node status_page.mjs NODE_MODULES PORT foreign    the page by a foreign host name
//   node status_page.mjs NODE_MODULES PORT pictures FOLDER   those of the README
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, open_page } from './chromium.mjs';

const [modules, port, what, folder] = process.argv.slice(2);
const say = (text) => console.log(`page: ${text}`);
const page = await open_page(modules);
const address = `http://127.0.0.1:${port}/`;
const text_of = (selector) => page.run(`document.querySelector('${selector}')?.innerText ?? ''`);
const waits_for = (selector, part) => eventually(`"${part}" in ${selector}`,
  async () => (await text_of(selector)).includes(part));

const steps = {
  async snapshot() {
    await page.call('Emulation.setScriptExecutionDisabled', { value: true });
    await page.go(address);
    say(`link: ${await text_of('#link')}`);
    say(`state: ${(await text_of('.state')).replaceAll(/\s+/g, ' ')}`);
    say(`outputs: ${(await text_of('[aria-labelledby=h-outputs]')).replaceAll(/\s+/g, ' ')}`);
    say(`tap: ${(await text_of('#tap')).replaceAll(/\s+/g, ' ')}`);
    const drawn = await page.run(`document.querySelectorAll('.map.wide .line').length`);
    say(`lines drawn: ${drawn}`);
  },

  async axe() {
    const axe = readFileSync(join(modules, 'axe-core', 'axe.min.js'), 'utf8');
    await page.go(address);
    await waits_for('#link', 'Live');
    await page.run(`document.querySelector('#tap button').click();
                    document.querySelector('#route-list').open = true`);
    await waits_for('#tap-state', 'Open:');
    await page.run(axe);
    for (const [width, scheme] of [[1280, 'light'], [1280, 'dark'], [320, 'light'], [320, 'dark']]) {
      await page.look(width, 800, scheme);
      const found = await page.run(`axe.run(document, { resultTypes: ['violations'] }).then((all) =>
        all.violations.map((each) => each.id + ': ' + each.nodes.map((node) =>
          node.target + ' ' + node.failureSummary).join(' | ')))`);
      found.forEach((each) => say(`violation ${scheme} ${width}: ${each}`));
      const too_wide = await page.run('document.documentElement.scrollWidth > innerWidth');
      say(`axe ${scheme} ${width}: ${found.length} violations${too_wide ? ', too wide' : ''}`);
    }
  },

  async live() {
    await page.go(address);
    await waits_for('#link', 'Live');
    await page.run(`document.querySelector('#tap button').focus();
                    document.querySelector('#route-list').open = true;
                    window.stays = document.querySelector('.state')`);
    await page.call('Input.dispatchKeyEvent', { type: 'keyDown', key: 'Enter', code: 'Enter',
      text: '\r', windowsVirtualKeyCode: 13 });
    await page.call('Input.dispatchKeyEvent', { type: 'keyUp', key: 'Enter', code: 'Enter',
      windowsVirtualKeyCode: 13 });
    await waits_for('#tap-state', 'Open:');
    say('open');
    await waits_for('#tap-lines', '/piano');
    say(`tap: ${(await text_of('#tap-lines li')).replaceAll(/\s+/g, ' ')}`);
    await waits_for('[aria-labelledby=h-outputs]', '1 sent');
    say(`kept: ${await page.run(`window.stays === document.querySelector('.state') &&
      document.querySelector('#route-list').open &&
      document.activeElement === document.querySelector('#tap button')`)}`);
    await waits_for('#link', 'does not answer');
    say(`gone: ${await page.run('document.title')}`);
    await waits_for('#tap-state', 'ended');
    say('tap ended');
    await waits_for('#link', 'Live');
    say(`back: ${await page.run('document.title')}`);
  },

  async foreign() {
    await page.go(`http://evil.example:${port}/`);
    say(`foreign: ${await page.run('document.body.innerText')}`);
  },

  async pictures() {
    for (const [name, width, height, scheme] of [['status_page', 1120, 1060, 'light'],
      ['status_page_phone', 360, 1060, 'dark']]) {
      await page.look(width, height, scheme);
      await page.go(address);
      await waits_for('#link', 'Live');
      const { data } = await page.call('Page.captureScreenshot', { format: 'png' });
      writeFileSync(join(folder, `${name}.png`), Buffer.from(data, 'base64'));
      say(`drawn: ${name}`);
    }
  },
};

try {
  await steps[what]();
} catch (failure) {
  say(`failed: ${failure.message}`);
}
// A connection that ends, and what a foreign host is refused, are no faults of the page.
page.said.filter((each) => !/Failed to load resource|ERR_/.test(each))
  .forEach((each) => say(`complaint: ${each}`));
await page.close();
say('done');
