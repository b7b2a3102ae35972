// SPDX-License-Identifier: MIT
// A headless Chromium and one page of it, over the DevTools protocol. It ends with this process.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const patience_ms = 30_000;
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// Looks again and again until `holds` answers something true, and answers that.
export async function eventually(what, holds) {
  for (const end = Date.now() + patience_ms; Date.now() < end; await sleep(50)) {
    const answer = await holds();
    if (answer) return answer;
  }
  throw new Error(`not in time: ${what}`);
}

// The address of its socket, which it writes when it is there.
function devtools(child) {
  return new Promise((found, failed) => {
    let text = '';
    child.stderr.on('data', (part) => {
      text += part;
      const at = text.match(/DevTools listening on (ws:\S+)/);
      if (at) found(at[1]);
    });
    child.on('exit', () => failed(new Error(`chromium ended: ${text}`)));
  });
}

export async function open_page(modules) {
  const { WebSocket } = createRequire(join(modules, 'x'))('ws');
  const folder = mkdtempSync(join(tmpdir(), 'tactus-chromium-'));
  const child = spawn('chromium', ['--headless', '--no-sandbox', '--disable-gpu',
    '--disable-dev-shm-usage', '--no-first-run', '--hide-scrollbars', '--remote-debugging-port=0',
    '--host-resolver-rules=MAP evil.example 127.0.0.1', `--user-data-dir=${folder}`, 'about:blank'],
    { stdio: ['ignore', 'ignore', 'pipe'] });
  const socket = new WebSocket(await devtools(child));
  await new Promise((done) => socket.on('open', done));
  const waiting = new Map();
  const said = []; // what the browser holds against the page
  let last = 0;
  socket.on('message', (bytes) => {
    const { id, result, error, method, params } = JSON.parse(bytes);
    if (id) {
      error ? waiting.get(id).failed(new Error(error.message)) : waiting.get(id).done(result);
      waiting.delete(id);
    } else if (method === 'Log.entryAdded') {
      said.push(`${params.entry.source}: ${params.entry.text}`);
    } else if (method === 'Runtime.exceptionThrown') {
      said.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    }
  });
  let session;
  const call = (method, params = {}) => new Promise((done, failed) => {
    waiting.set(++last, { done, failed });
    socket.send(JSON.stringify({ id: last, method, params, sessionId: session }));
  });
  const { targetInfos } = await call('Target.getTargets');
  const target = targetInfos.find((each) => each.type === 'page').targetId;
  session = (await call('Target.attachToTarget', { targetId: target, flatten: true })).sessionId;
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await call(`${domain}.enable`);

  return {
    call,
    said,
    async go(url) {
      await call('Page.navigate', { url });
      await eventually(`${url} is loaded`, () => this.run(
        `document.readyState === 'complete' && location.href !== 'about:blank'`));
    },
    // The value of an expression, or of its promise.
    async run(expression) {
      const { result, exceptionDetails } = await call('Runtime.evaluate',
        { expression, awaitPromise: true, returnByValue: true });
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? 'failed');
      return result.value;
    },
    // A window of that size, in light or dark.
    async look(width, height, scheme, scale = 1) {
      await call('Emulation.setDeviceMetricsOverride',
        { width, height, deviceScaleFactor: scale, mobile: width < 500 });
      await call('Emulation.setEmulatedMedia',
        { features: [{ name: 'prefers-color-scheme', value: scheme }] });
    },
    async close() {
      await call('Browser.close').catch(() => {});
      if (child.exitCode === null) await new Promise((done) => child.on('exit', done));
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
