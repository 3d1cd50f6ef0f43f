/// <reference types="vitest/config" />
// How the page is built. What comes out is embedded in the binary (cmake/app.cmake):
// index.html, sw.js, what public/ has, and below assets/ all else, named by its content.
import {createHash} from 'node:crypto';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join, relative} from 'node:path';

import {build, defineConfig, type Plugin} from 'vite';

const TARGET = 'es2022';
const WORKER = 'src/sw.ts';

// Where `npx vite` finds todod for what is not the page's own.
const TODOD = process.env.TODOD_URL ?? 'http://127.0.0.1:8000';
const PASSED_ON = ['/api', '/health', '/ready', '/openapi.json', '/docs', '/redoc', '/metrics',
  '/mcp', '/.well-known'];

/// The files below a folder, by their paths in it; none where there is no such folder.
function read_folder(folder: string): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  if (folder === '' || !existsSync(folder)) return files;
  for (const entry of readdirSync(folder, {recursive: true, withFileTypes: true})) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath ?? entry.path, entry.name);
    files.set(relative(folder, file), readFileSync(file));
  }
  return files;
}

/// The paths of all files, sorted, and a hash that changes when one of them does.
function describe(files: Map<string, string | Uint8Array>) {
  const hash = createHash('sha256');
  const paths = [...files.keys()].sort();
  for (const path of paths) {
    const digest = createHash('sha256').update(files.get(path)!).digest('hex');
    hash.update(`${path} ${digest}\n`);
  }
  return {
    precache: paths.map((path) => (path === 'index.html' ? '/' : `/${path}`)),
    version: hash.digest('hex').slice(0, 16),
  };
}

/// Builds the service worker, a classic script, once all else is known: in it, __PRECACHE__ is the
/// list of their paths and __VERSION__ a hash of what they hold.
function service_worker(): Plugin {
  let root = '';
  let public_dir = '';
  return {
    name: 'todod:service-worker',
    apply: 'build',
    enforce: 'post',
    configResolved(config) {
      root = config.root;
      public_dir = config.publicDir;
    },
    generateBundle: {
      order: 'post',
      async handler(_, bundle) {
        const files: Map<string, string | Uint8Array> = read_folder(public_dir);
        for (const [path, made] of Object.entries(bundle)) {
          files.set(path, made.type === 'chunk' ? made.code : made.source);
        }
        const {precache, version} = describe(files);
        const define = {
          __PRECACHE__: JSON.stringify(precache), __VERSION__: JSON.stringify(version),
        };
        this.emitFile({
          type: 'asset', fileName: 'sw.js', source: await build_worker(root, define),
        });
      },
    },
  };
}

async function build_worker(root: string, define: Record<string, string>): Promise<string> {
  const built = await build({
    configFile: false,
    root,
    publicDir: false,
    logLevel: 'warn',
    define,
    build: {
      target: TARGET,
      write: false,
      copyPublicDir: false,
      rollupOptions: {input: join(root, WORKER), output: {format: 'iife'}},
    },
  });
  const outputs = [built].flat();
  if (!('output' in outputs[0]!)) throw new Error('the service worker was not built');
  return outputs[0].output[0].code;
}

export default defineConfig({
  // Not below node_modules, which npm ci removes.
  cacheDir: '../../build/vite',
  esbuild: {jsx: 'automatic', jsxImportSource: 'preact'},
  build: {
    target: TARGET,
    emptyOutDir: true,
    // The page's policy takes scripts, styles and fonts from files alone.
    assetsInlineLimit: 0,
    modulePreload: {polyfill: false},
    reportCompressedSize: false,
  },
  server: {
    proxy: Object.fromEntries(PASSED_ON.map((path) => [path, TODOD])),
  },
  plugins: [service_worker()],
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/setup.mjs'],
    testTimeout: 60_000,
  },
});
