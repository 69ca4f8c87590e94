// Pointing at a trial, or walking through the trials with the arrow keys, shows it in every plot and in the table; the page is whole without this.
(() => {
  const tip = document.getElementById('tip'), trials = document.getElementById('trials'), body = trials.querySelector('tbody');
  const names = [...trials.querySelectorAll('thead th')].map(h => h.textContent.trim());
  const rows = new Map([...body.rows].map(r => [r.dataset.t, r])), order = [...rows.keys()].sort((a, b) => a - b);
  const marks = new Map();
  document.querySelectorAll('[data-t]').forEach(m => {
    m.querySelector(':scope > title')?.remove();
    marks.has(m.dataset.t) ? marks.get(m.dataset.t).push(m) : marks.set(m.dataset.t, [m]);
  });
  let picked = null, held = false;
  function pick(t) {
    if (t === picked) return;
    (marks.get(picked) || []).forEach(m => m.classList.remove('on'));
    picked = t;
    document.body.classList.toggle('picked', t !== null);
    if (t === null) { tip.textContent = ''; return; }
    marks.get(t).forEach(m => m.classList.add('on'));
    const cells = [...rows.get(t).cells].map(c => c.textContent);
    tip.textContent = names.map((n, i) => cells[i] === '' ? '' : n + ' ' + cells[i]).filter(s => s).join('  ·  ');
  }
  document.addEventListener('pointerover', e => { if (!held) pick(e.target.closest?.('[data-t]')?.dataset.t ?? null); });
  document.addEventListener('click', e => {
    if (e.target.closest('button, a, form')) return;
    const t = e.target.closest('[data-t]')?.dataset.t ?? null;
    held = t !== null && !(held && t === picked);
    pick(held ? t : null);
  });
  document.addEventListener('keydown', e => {
    if (e.key === 'Escape') { held = false; pick(null); return; }
    if (!e.target.matches?.('svg.plot') || order.length === 0) return;
    const drawn = order.filter(t => e.target.querySelector(`[data-t="${t}"]`)), at = drawn.indexOf(picked), last = drawn.length - 1;
    const next = { ArrowRight: Math.min(at + 1, last), ArrowLeft: Math.max(at - 1, 0), Home: 0, End: last }[e.key];
    if (next !== undefined && last >= 0) { held = true; pick(drawn[next]); e.preventDefault(); }
    if (e.key === 'Enter' && picked !== null) rows.get(picked).scrollIntoView({ block: 'center' });
  });
  trials.querySelectorAll('thead th').forEach((head, column) => {
    const button = document.createElement('button');
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const up = head.getAttribute('aria-sort') !== 'ascending';
      trials.querySelectorAll('thead th').forEach(h => h.removeAttribute('aria-sort'));
      head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
      const key = r => r.cells[column].dataset.v ?? r.cells[column].textContent;
      body.append(...[...body.rows].sort((a, b) => {
        const x = key(a), y = key(b), both = x !== '' && y !== '' && !isNaN(x) && !isNaN(y);
        if ((x === '') !== (y === '')) return x === '' ? 1 : -1;
        return (up ? 1 : -1) * (both ? x - y : x.localeCompare(y));
      }));
    });
  });
})();
