// Filters the list of all studies. Without this script the list is simply whole.
"use strict";

(function () {
  const form = document.querySelector('form[data-filter="studies"]');
  const table = document.getElementById("studies");
  if (!form || !table) return;

  const rows = Array.from(table.tBodies[0].rows);
  const output = form.querySelector("output");

  function apply() {
    const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const design = form.elements.design.value;
    let shown = 0;
    for (const row of rows) {
      const keys = row.dataset.keys;
      const fits = (!design || row.dataset.design === design) && words.every((word) => keys.includes(word));
      row.hidden = !fits;
      if (fits) shown += 1;
    }
    output.textContent = shown + " of " + rows.length + " studies";
  }

  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  apply();
})();
