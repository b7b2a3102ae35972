// SPDX-License-Identifier: MIT
// Serves the page and node_modules on a free port of one loopback address, and writes what the page
// says to its output, a line each. node serve.mjs ADDRESS NODE_MODULES
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const [address, modules] = process.argv.slice(2);
const kinds = { html: 'text/html', js: 'text/javascript', mjs: 'text/javascript' };

const server = createServer(async (request, response) => {
  const path = normalize(new URL(request.url, 'http://x').pathname);
  if (request.method === 'POST') {
    let text = '';
    for await (const part of request) text += part;
    console.log(`page: ${text}`);
    response.end();
    return;
  }
  const file = path.startsWith('/node_modules/') ? join(modules, path.slice(13)) : join(here, path);
  try {
    const body = await readFile(file);
    response.setHeader('Content-Type', kinds[file.split('.').pop()] ?? 'application/octet-stream');
    response.end(body);
  } catch {
    console.log(`missing: ${path}`);
    response.statusCode = 404;
    response.end();
  }
});
server.listen(0, address, () => console.log(`serves ${server.address().port}.`));
