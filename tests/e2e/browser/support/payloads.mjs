// What would run where a page takes text for something else. Each sets `hit` if it does.

const TAGS = [
  '<script>hit=1</script>',
  '<SCRIPT SRC=data:text/javascript,hit=1></SCRIPT>',
  '<script type=module>window.hit=1</script>',
  '</script><script>hit=1</script>',
  '<scr<script>ipt>hit=1</scr</script>ipt>',
  '</title><script>hit=1</script>',
  '</textarea><script>hit=1</script>',
  '</style><script>hit=1</script>',
  '--><script>hit=1</script><!--',
  '<![CDATA[<script>hit=1</script>]]>',
  '<img src=x onerror=hit=1>',
  '<img src=x onerror="window.hit=1"/>',
  '"><img src=x onerror=hit=1>',
  "'><img src=x onerror=hit=1>",
  '<IMG """><SCRIPT>hit=1</SCRIPT>">',
  '<image/src/onerror=hit=1>',
  '<svg onload=hit=1>',
  '<svg><script>hit=1</script></svg>',
  '<svg><animate onbegin=hit=1 attributeName=x dur=1s>',
  '<svg><a xlink:href="javascript:hit=1"><text>x</a>',
  '<math><mtext><style><img src=x onerror=hit=1>',
  '<math href="javascript:hit=1">x</math>',
  '<iframe srcdoc="<script>parent.hit=1</script>">',
  '<iframe src="javascript:parent.hit=1"></iframe>',
  '<object data="javascript:hit=1"></object>',
  '<embed src="javascript:hit=1">',
  '<body onload=hit=1>',
  '<input autofocus onfocus=hit=1>',
  '<details open ontoggle=hit=1>',
  '<video><source onerror=hit=1></video>',
  '<audio src onerror=hit=1>',
  '<marquee onstart=hit=1>',
  '<a href="javascript:hit=1">here</a>',
  '<form><button formaction="javascript:hit=1">x',
  '<base href="//evil.example/">',
  '<meta http-equiv=refresh content="0;url=/docs">',
  '<link rel=stylesheet href=//evil.example/x.css>',
  '<style>*{display:none}</style>',
  '<p style="position:fixed;inset:0">over all</p>',
  '<template><script>hit=1</script></template>',
  '<noscript><p title="</noscript><img src=x onerror=hit=1>">',
  '<select><style></select><img src=x onerror=hit=1>',
  '<table><td background="javascript:hit=1">',
];

const TEXTS = [
  'javascript:hit=1',
  'data:text/html,<script>opener.hit=1</script>',
  '[a link](javascript:hit=1)',
  '![x](x"onerror="hit=1)',
  '<javascript:hit=1>',
  '&lt;script&gt;hit=1&lt;/script&gt;',
  '&#60;img src=x onerror=hit=1&#62;',
  '\\u003cscript\\u003ehit=1\\u003c/script\\u003e',
  '%3Cscript%3Ehit=1%3C/script%3E',
  '\uff1cscript\uff1ehit=1\uff1c/script\uff1e',
  '{{constructor.constructor("hit=1")()}}',
  '${window.hit=1}',
  '`${hit=1}`',
  '<%= window.hit = 1 %>',
  '";hit=1;//',
  "';hit=1;//",
  '"onfocus=hit=1 autofocus="',
  '\u202e<script>1=tih</script>\u202c',
  '\u2066<img src=x onerror=hit=1>\u2069',
  '<im\u200bg src=x onerror=hit=1>',
  '__proto__', 'constructor', '{"__html":"<img src=x onerror=hit=1>"}',
  'jaVasCript:/*-/*`/*\\`/*\'/*"/**/(/* */oNcliCk=hit=1 )//</stYle/</titLe/</teXtarEa/</scRipt/'
    + '--!>\\x3csVg/<sVg/oNloAd=hit=1//>\\x3e',
];

export const PAYLOADS = [...TAGS, ...TEXTS];

/// In the page: what is there that the page itself never makes. Its own scripts, images and
/// drawings are of a few kinds.
export function find_intruders() {
  const found = [];
  if (window.hit !== undefined) found.push(`it ran: ${window.hit}`);
  const strange = 'iframe, object, embed, applet, math, base, video, audio, marquee, template, '
    + 'frame, style, foreignObject, animate, [srcdoc], [formaction], [background], [style*=fixed]';
  for (const element of document.querySelectorAll(strange)) found.push(element.outerHTML);
  for (const element of document.querySelectorAll('*')) {
    const {localName: name, attributes} = element;
    const source = element.getAttribute('src') ?? '';
    const is_own = source.startsWith('/') && !source.startsWith('//');
    if (['script', 'img', 'image'].includes(name) && !is_own) found.push(element.outerHTML);
    for (const {name: attribute, value} of attributes) {
      if (attribute.startsWith('on')) found.push(element.outerHTML);
      if (/^\s*(javascript|data|vbscript):/i.test(value) && !/value|title|aria/.test(attribute)) {
        found.push(element.outerHTML);
      }
    }
  }
  return found;
}
