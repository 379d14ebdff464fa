// The stream of events. An EventSource comes back by itself after a broken connection, but not after an answer other
// than 200, and it does not notice a connection that has gone silent: both are done here.

const LONGEST_PAUSE = 15_000;
const LONGEST_SILENCE = 12_000;

/**
 * Keeps a stream open for as long as the page lives.
 *
 * @param handlers what to do with the data of each type of event
 * @param link told 'live', or 'lost' and the seconds until the next try
 */
export function watch(url, handlers, link) {
  let source;
  let silence;
  let failures = 0;

  const open = () => {
    source = new EventSource(url);
    listenForSilence();
    for (const [type, handle] of Object.entries(handlers)) {
      source.addEventListener(type, event => {
        failures = 0;
        listenForSilence();
        link('live');
        handle(JSON.parse(event.data));
      });
    }
    source.onerror = again;
  };

  const again = () => {
    source.close();
    clearTimeout(silence);
    const pause = Math.min(LONGEST_PAUSE, 500 * 2 ** failures++);
    link('lost', Math.ceil(pause / 1000));
    setTimeout(open, pause);
  };

  const listenForSilence = () => {
    clearTimeout(silence);
    silence = setTimeout(again, LONGEST_SILENCE);
  };

  open();
}
