// What every browser has, and Node 18 does not have by itself.
import {webcrypto} from 'node:crypto';

globalThis.crypto ??= webcrypto;
