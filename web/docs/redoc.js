'use strict';

// Without these Redoc asks for fonts that todod does not serve.
const FONT = 'system-ui, sans-serif';
const MONOSPACE = 'ui-monospace, monospace';

Redoc.init('/openapi.json', {
  hideDownloadButton: false,
  requiredPropsFirst: true,
  theme: {
    typography: {
      fontFamily: FONT,
      headings: {fontFamily: FONT},
      code: {fontFamily: MONOSPACE},
    },
  },
}, document.getElementById('redoc'));
