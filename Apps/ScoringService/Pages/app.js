// Drop pictures in: each is sent as it is, then its labels, scores and heatmap are shown. A label's button shows its own heatmap.
const element = id => document.getElementById(id);
const [model, files, drop, status, results] = ['model', 'files', 'drop', 'status', 'results'].map(element);
const top = 5;
let key = sessionStorage.getItem('key') || '';
let withHeatmaps = new Map();

const query = values => '?' + new URLSearchParams(Object.entries(values).filter(([, v]) => v !== undefined));

async function ask(path, options = {}) {
  const headers = { ...options.headers, ...(key ? { Authorization: 'Bearer ' + key } : {}) };
  const answer = await fetch(path, { ...options, headers });
  if (answer.ok)
    return answer;
  if (answer.status === 401)
    element('key-form').hidden = false;
  const problem = await answer.json().catch(() => ({}));
  throw new Error(problem.detail || answer.status + ' ' + answer.statusText);
}

const send = (path, file) => ask(path, {
  method: 'POST', body: file, headers: { 'Content-Type': 'application/octet-stream' },
});

async function listModels() {
  try {
    const { models } = await (await ask('v1/models')).json();
    model.replaceChildren(...models.map(m => new Option(m.name)));
    withHeatmaps = new Map(models.map(m => [m.name, m.heatmapMethods]));
    element('key-form').hidden = true;
    status.textContent = '';
  } catch (error) {
    status.textContent = error.message;
  }
}

async function showHeatmap(row, file, name, label, button) {
  const [method] = withHeatmaps.get(name) || [];
  if (!method)
    return;
  const answer = await send('v1/explain' + query({ model: name, method, class: label }), file);
  const picture = row.querySelector('.picture');
  URL.revokeObjectURL(picture.src);
  picture.src = URL.createObjectURL(await answer.blob());
  picture.alt = file.name + ', with what makes it look like ' + label;
  for (const other of row.querySelectorAll('th button'))
    other.setAttribute('aria-pressed', String(other === button));
}

function scoreRow(row, file, name, { label, score }) {
  const line = document.createElement('tr');
  const [head, share, number] = [document.createElement('th'), document.createElement('td'), document.createElement('td')];
  const button = document.createElement('button');
  const meter = document.createElement('meter');
  head.scope = 'row';
  button.type = 'button';
  button.textContent = label;
  button.setAttribute('aria-pressed', 'false');
  button.addEventListener('click', () =>
    showHeatmap(row, file, name, label, button).catch(error => { status.textContent = error.message; }));
  meter.value = score;
  meter.setAttribute('aria-label', 'score of ' + label);
  share.className = 'share';
  number.className = 'number';
  number.textContent = score.toFixed(3);
  head.append(button);
  share.append(meter);
  line.append(head, share, number);
  return line;
}

async function show(file) {
  const row = element('result').content.firstElementChild.cloneNode(true);
  const [label, picture] = [row.querySelector('.label'), row.querySelector('.picture')];
  row.querySelector('.name').textContent = file.name;
  picture.src = URL.createObjectURL(file);
  picture.alt = file.name;
  results.prepend(row);
  const name = model.value;
  try {
    const answer = await (await send('v1/predict' + query({ model: name, top }), file)).json();
    const [said] = answer.predictions;
    label.textContent = said.label + (said.abstained ? ' (not sure)' : '');
    const rows = said.top.map(score => scoreRow(row, file, name, score));
    row.querySelector('tbody').append(...rows);
    await showHeatmap(row, file, name, said.label, rows[0].querySelector('button'));
  } catch (error) {
    if (!label.textContent)
      row.querySelector('.scores').remove();
    label.classList.add('error');
    label.textContent += (label.textContent ? ': ' : '') + error.message;
  }
}

async function showAll(list) {
  for (const [i, file] of [...list].entries()) {
    status.textContent = `picture ${i + 1} of ${list.length}`;
    await show(file);
  }
  status.textContent = list.length === 1 ? '1 picture done' : `${list.length} pictures done`;
}

files.addEventListener('change', () => showAll(files.files).then(() => { files.value = ''; }));
for (const type of ['dragenter', 'dragover', 'dragleave', 'drop']) {
  document.addEventListener(type, event => {
    event.preventDefault();
    drop.classList.toggle('over', type === 'dragenter' || type === 'dragover');
    if (type === 'drop')
      showAll(event.dataTransfer.files);
  });
}
element('key-form').addEventListener('submit', event => {
  event.preventDefault();
  key = element('key').value;
  sessionStorage.setItem('key', key);
  listModels();
});
listModels();
