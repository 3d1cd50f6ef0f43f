/// Others, who know better where the focus belongs, come first.
const afterMs = 150;

const firstOf = 'h2[tabindex], button, a[href], input, select, textarea';

/// What of an element takes the focus; nothing: none of it does.
function takerIn(element: Element): Element | null {
  if (element.matches('[tabindex]')) return element;
  return element.matches('aside, dialog') ? element.querySelector(firstOf) : null;
}

function tryAll(elements: Iterable<Element | null>): void {
  for (const element of elements) {
    const taker = element?.isConnected ? takerIn(element) : null;
    if (taker instanceof HTMLElement) taker.focus({preventScroll: true});
    if (document.activeElement !== document.body) return;
  }
}

/// Where what has the focus goes, what was around it gets it, else the page: a keyboard that is
/// nowhere has to begin anew. Until the function that comes back is called.
export function keepFocus(): () => void {
  /// What has the focus, and all that it is in, from the inside out.
  let path: readonly Element[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hear = (event: Event) => {
    path = event.composedPath().filter((each) => each instanceof Element);
  };
  const look = () => {
    timer = undefined;
    if (path[0]?.isConnected !== false || document.activeElement !== document.body) return;
    tryAll([...path, document.getElementById('main'), ...document.querySelectorAll('aside')]);
  };
  const observer = new MutationObserver(() => {
    if (path[0]?.isConnected === false) timer ??= setTimeout(look, afterMs);
  });
  observer.observe(document.body, {childList: true, subtree: true});
  document.addEventListener('focusin', hear);
  return () => {
    observer.disconnect();
    clearTimeout(timer);
    document.removeEventListener('focusin', hear);
  };
}
