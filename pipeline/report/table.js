// Tables that are sorted by a click on a column's head, and filtered by a word.  Without it they are what they are.
"use strict";
for (const table of document.querySelectorAll("table")) {
  const body = table.tBodies[0];
  const text = (row, column) => row.cells[column].innerText.trim();
  const number = (value) => Number.parseFloat(value.replace(/[,\s%]/g, ""));
  table.tHead.querySelectorAll("th").forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.ariaSort === "ascending";
      for (const each of table.tHead.querySelectorAll("th")) each.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const words = head.classList.contains("text");
      const rows = [...body.rows].sort((a, b) => {
        const [x, y] = [text(a, column), text(b, column)];
        if (words) return x.localeCompare(y, "en", { numeric: true });
        const [m, n] = [number(x), number(y)];
        return (Number.isNaN(m) ? -1 : m) - (Number.isNaN(n) ? -1 : n);
      });
      body.replaceChildren(...(down ? rows.reverse() : rows));
    });
  });
  if (body.rows.length > 3) {
    const filter = document.createElement("input");
    filter.type = "search";
    filter.placeholder = "filter rows";
    filter.setAttribute("aria-label", "show only rows that hold these words");
    filter.addEventListener("input", () => {
      const wanted = filter.value.toLowerCase().split(/\s+/);
      for (const row of body.rows) {
        const said = row.textContent.toLowerCase();
        row.hidden = !wanted.every((word) => said.includes(word));
      }
    });
    table.parentElement.before(filter);
  }
}
