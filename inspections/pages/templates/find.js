// Finds, filters and sorts the tables of prisons. Without it they are as they are.
(() => {
  const form = document.getElementById("find");
  const rows = [...document.querySelectorAll("tr[data-names]")];
  if (!form || !rows.length) return;
  const told = document.getElementById("found");
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const names = new Map(rows.map((row) => [row, plain(row.dataset.names)]));

  function show() {
    const wanted = Object.fromEntries(new FormData(form));
    const words = plain(wanted.name).split(/\s+/).filter(Boolean);
    const found = new Set();
    for (const row of rows) {
      const own = row.dataset;
      const years = own.last ? Number(form.dataset.year) - Number(own.last) : Infinity;
      row.hidden = !(
        words.every((word) => names.get(row).includes(word)) &&
        (!wanted.country || own.country === wanted.country) &&
        (!wanted.kind || (own.kinds ?? "").split("|").includes(wanted.kind)) &&
        (!wanted.worst || own.worst === wanted.worst) &&
        (!wanted.years || years >= Number(wanted.years))
      );
      if (!row.hidden) found.add(own.prison);
    }
    told.textContent = `${found.size} of ${new Set(rows.map((row) => row.dataset.prison)).size} prisons`;
  }

  function sort(button) {
    const head = button.closest("th");
    const place = [...head.parentElement.children].indexOf(head);
    const body = head.closest("table").tBodies[0];
    const falls = head.getAttribute("aria-sort") === "ascending";
    for (const other of head.parentElement.children) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", falls ? "descending" : "ascending");
    const key = (row) => row.children[place].dataset.value ?? row.children[place].textContent.trim();
    const compare = new Intl.Collator("en", { numeric: true }).compare;
    // What has no value stands last, whichever way.
    const ordered = [...body.rows].sort((one, other) => {
      const [a, b] = [key(one), key(other)];
      if (!a || !b) return !a - !b;
      return falls ? compare(b, a) : compare(a, b);
    });
    body.append(...ordered);
  }

  for (const head of document.querySelectorAll("table.sortable thead th")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(button));
    head.append(button);
  }
  form.addEventListener("input", show);
  form.addEventListener("reset", () => setTimeout(show));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  show();
})();
