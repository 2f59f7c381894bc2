// What the whole page can do: change the theme, copy commands, sort tables, hide defaults.

function currentTheme() {
  const chosen = document.documentElement.dataset.theme;
  const dark = window.matchMedia('(prefers-color-scheme: dark)').matches;
  return chosen || (dark ? 'dark' : 'light');
}

function beginTheme() {
  const button = document.getElementById('theme');
  const tell = () => {
    const next = currentTheme() === 'dark' ? 'light' : 'dark';
    button.textContent = next === 'dark' ? '☾ Dark' : '☀ Light';
    button.setAttribute('aria-label', `Change to the ${next} theme`);
    document.dispatchEvent(new Event('gossim-theme'));
  };
  button.hidden = false;
  button.addEventListener('click', () => {
    document.documentElement.dataset.theme = currentTheme() === 'dark' ? 'light' : 'dark';
    tell();
  });
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', tell);
  tell();
}

// A clipboard may be out of reach, of a file above all: then the text is selected, to be copied.
async function copyText(text, element) {
  try {
    await navigator.clipboard.writeText(text);
    return 'Copied';
  } catch (error) {
    const range = document.createRange();
    range.selectNodeContents(element);
    window.getSelection().removeAllRanges();
    window.getSelection().addRange(range);
    return document.execCommand('copy') ? 'Copied' : 'Selected';
  }
}

function beginCopying() {
  document.addEventListener('click', async (event) => {
    const button = event.target.closest('button.copy');
    if (button === null) {
      return;
    }
    const source = button.dataset.of === undefined ? button.previousElementSibling
      : document.getElementById(button.dataset.of);
    const before = button.textContent;
    button.textContent = await copyText(source.textContent, source);
    button.classList.add('done');
    setTimeout(() => {
      button.textContent = before;
      button.classList.remove('done');
    }, 1500);
  });
  document.documentElement.classList.add('scripted');
}

function beginDefaults() {
  const box = document.getElementById('only-given');
  if (box !== null) {
    box.addEventListener('change', () => {
      document.getElementById('scenario-text').classList.toggle('only-given', box.checked);
    });
  }
}

// Sorts the rows of a table by a column: by `data-sort` where cells have it, else by their text.
function sortTable(table, column, down) {
  const body = table.tBodies[0];
  const keyOf = (row) => {
    const cell = row.cells[column];
    const key = cell.dataset.sort === undefined ? cell.textContent : cell.dataset.sort;
    const number = Number(key);
    return key !== '' && !Number.isNaN(number) ? number : key;
  };
  const compare = (a, b) => {
    const [x, y] = [keyOf(a), keyOf(b)];
    if (typeof x === typeof y) {
      return x < y ? -1 : x > y ? 1 : 0;
    }
    return typeof x === 'number' ? -1 : 1;
  };
  const rows = [...body.rows].sort((a, b) => (down ? compare(b, a) : compare(a, b)));
  body.append(...rows);
}

function beginSorting() {
  for (const table of document.querySelectorAll('table.sortable')) {
    [...table.tHead.rows[0].cells].forEach((cell, column) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'sort';
      button.append(...cell.childNodes);
      cell.append(button);
      button.addEventListener('click', () => {
        const down = cell.getAttribute('aria-sort') === 'ascending';
        for (const other of table.tHead.rows[0].cells) {
          other.removeAttribute('aria-sort');
        }
        cell.setAttribute('aria-sort', down ? 'descending' : 'ascending');
        sortTable(table, column, down);
      });
    });
  }
}

beginTheme();
beginCopying();
beginDefaults();
beginSorting();
beginView();
