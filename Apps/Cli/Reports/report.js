// The filter of the pictures, and the confusion matrix that sets it; the page is whole without this.
(() => {
  document.documentElement.classList.add('scripted');
  const form = document.getElementById('filter');
  if (!form) return;
  const { class: chosen, kind, low, high } = form.elements, shown = document.getElementById('shown');
  const items = [...document.querySelectorAll('#pictures [data-a]')], buttons = [];
  const name = place => chosen.options[+place + 1].text;
  let cell = null;
  function apply() {
    const from = low.valueAsNumber || 0, to = isNaN(high.valueAsNumber) ? 1 : high.valueAsNumber;
    let count = 0;
    for (const item of items) {
      const { a, p, s } = item.dataset;
      const fits = (chosen.value === '' || a === chosen.value || p === chosen.value)
        && (kind.value === '' || kind.value === (a === p ? 'hit' : 'miss')) && +s >= from && +s <= to
        && (cell === null || cell === a + ',' + p);
      item.hidden = !fits;
      count += fits;
    }
    for (const table of document.querySelectorAll('#pictures .tall'))
      table.hidden = !table.querySelector('tbody tr:not([hidden])');
    for (const button of buttons) button.setAttribute('aria-pressed', button.dataset.of === cell);
    const [actual, said] = cell === null ? [] : cell.split(',');
    const whole = buttons.find(button => button.dataset.of === cell)?.textContent;
    shown.textContent = cell === null ? `${count} of ${items.length} shown`
      : (actual === said ? `${name(actual)}, rightly said: ` : `truly ${name(actual)}, said to be ${name(said)}: `)
        + `${count} shown` + (+whole > count ? ` of ${whole}` : '');
  }
  for (const place of document.querySelectorAll('[data-cell]')) {
    const button = document.createElement('button'), [actual, said] = place.dataset.cell.split(',');
    button.type = 'button';
    button.dataset.of = place.dataset.cell;
    button.append(...place.childNodes);
    button.setAttribute('aria-label', button.textContent + (actual === said
      ? ` of ${name(actual)}, right` : ` of ${name(actual)}, said to be ${name(said)}`));
    button.addEventListener('click', () => {
      const again = cell === button.dataset.of;
      form.reset();
      cell = again ? null : button.dataset.of;
      apply();
      if (again) return;
      document.getElementById('pictures').scrollIntoView();
      shown.focus({ preventScroll: true });
    });
    place.append(button);
    buttons.push(button);
  }
  form.addEventListener('input', apply);
  form.addEventListener('submit', e => e.preventDefault());
  form.addEventListener('reset', () => { cell = null; setTimeout(apply); });
  document.addEventListener('click', e => {
    const to = e.target.closest?.('a[href^="#p"]')?.getAttribute('href').slice(1);
    if (to && document.getElementById(to)?.hidden) { form.reset(); items.forEach(item => item.hidden = false); }
  });
  form.hidden = false;
  apply();
})();
