// Loads a page of a preview again when a newer preview takes its place. A style sheet carries the
// edition: of what lies beside a page that was opened as a file, a browser loads nothing else.
(() => {
  let sheet = document.getElementById("edition");
  const edition = () =>
    getComputedStyle(document.documentElement).getPropertyValue("--edition").trim();
  const own = edition();

  function look() {
    const fresh = sheet.cloneNode();
    fresh.href = `${sheet.getAttribute("href").split("?")[0]}?${Date.now()}`;
    fresh.addEventListener("load", () => {
      sheet.remove();
      sheet = fresh;
      if (edition() && edition() !== own) location.reload();
    });
    // There is no folder for an instant where two renames put the new one into place.
    fresh.addEventListener("error", () => fresh.remove());
    document.head.append(fresh);
  }

  setInterval(() => document.hidden || look(), 1000);
})();
