// Finds texts of the log by words. Its index lies beside the page in small files, which script
// elements load: of what lies beside a page that was opened as a file, a browser reads nothing else.
(() => {
  const SHOWN = 20;
  const AROUND = 140;
  const form = document.getElementById("search");
  const told = document.getElementById("found");
  const list = document.getElementById("results");
  const more = document.getElementById("more");
  const contents = new Map();
  const loads = new Map();
  let asked = 0;
  let found = [];
  let words = [];

  window.searchIndex = (name, content) => contents.set(name, content);

  function load(name) {
    if (!loads.has(name)) {
      loads.set(
        name,
        new Promise((resolve, reject) => {
          const script = document.createElement("script");
          script.src = `search/${name}.js`;
          script.addEventListener("load", () => resolve(contents.get(name)));
          script.addEventListener("error", () => {
            loads.delete(name);
            reject(new Error(`search/${name}.js`));
          });
          document.head.append(script);
        }),
      );
    }
    return loads.get(name);
  }

  const fold = (text, folded) =>
    [...text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()]
      .map((letter) => (Object.hasOwn(folded, letter) ? folded[letter] : letter))
      .join("");
  const wordsOf = (text, { folded, longest }) =>
    (fold(text, folded).match(/[\p{L}\p{N}]+/gu) ?? []).map((word) =>
      [...word].slice(0, longest).join(""),
    );
  const number = (count) => count.toLocaleString("en-GB");

  // The texts that hold a word, or one that begins with it: each with whether it holds the word.
  async function holding(word, index) {
    const isWhole = word.startsWith("=") || [...word].length < 2;
    const last = isWhole ? word : word + "\uffff";
    const parts = index.firsts
      .map((first, part) => ({ first, part, next: index.firsts[part + 1] }))
      .filter(({ first, next }) => first <= last && (next === undefined || next > word));
    const texts = new Map();
    for (const content of await Promise.all(parts.map(({ part }) => load(`words-${part}`)))) {
      for (const [own, distances] of content) {
        if (own !== word && (isWhole || !own.startsWith(word))) continue;
        let text = 0;
        for (const distance of distances.split(" ")) {
          text += parseInt(distance, 36);
          texts.set(text, texts.get(text) || own === word);
        }
      }
    }
    return texts;
  }

  // A text around the first word that was asked for, with each of them marked.
  function excerpt(text, isCut, folded) {
    const letters = [...text];
    const places = [];
    let plain = "";
    letters.forEach((letter, place) => {
      const own = fold(letter, folded);
      plain += own;
      for (let unit = 0; unit < own.length; unit += 1) places.push(place);
    });
    const spans = [];
    for (const match of plain.matchAll(/[\p{L}\p{N}]+/gu)) {
      const word = words.find((each) => match[0] === each || ([...each].length > 1 && match[0].startsWith(each)));
      if (word) spans.push([places[match.index], places[match.index + word.length - 1] + 1]);
    }
    let from = spans.length && spans[0][0] > AROUND ? spans[0][0] - AROUND : 0;
    // From the start of a word on, where one begins before the first that was found.
    const space = from ? letters.findIndex((letter, at) => at >= from && /\s/.test(letter)) : -1;
    if (space > 0 && space < spans[0][0]) from = space + 1;
    let to = Math.min(letters.length, from + 3 * AROUND);
    // Up to the end of a word, unless it has none.
    if (to < letters.length) {
      const last = letters.findLastIndex((letter, at) => at <= to && /\s/.test(letter));
      if (last > from + 2 * AROUND) to = last;
    }
    const said = document.createElement("p");
    said.className = "said";
    if (from) said.append("… ");
    let place = from;
    for (const [start, end] of spans) {
      if (end > to) break;
      said.append(letters.slice(place, start).join(""));
      const mark = document.createElement("mark");
      mark.textContent = letters.slice(start, end).join("");
      said.append(mark);
      place = end;
    }
    said.append(letters.slice(place, to).join(""));
    if (to < letters.length || isCut) said.append(" …");
    return said;
  }

  function entry([title, details, address, text, isCut, isOurs, language], folded) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = address;
    link.textContent = title;
    const about = document.createElement("p");
    about.className = "source";
    about.textContent = details + (isOurs ? " · in our words" : "");
    const said = excerpt(text, isCut, folded);
    if (language) said.lang = language;
    item.append(link, said, about);
    return item;
  }

  async function show(index, own) {
    const from = list.children.length;
    const texts = found.slice(from, from + SHOWN);
    const items = await Promise.all(
      texts.map(async (text) => {
        const part = index.starts.findLastIndex((start) => start <= text);
        return entry((await load(`texts-${part}`))[text - index.starts[part]], index.folded);
      }),
    );
    if (own !== asked) return null;
    list.append(...items);
    more.hidden = list.children.length >= found.length;
    return items[0];
  }

  async function find() {
    const own = (asked += 1);
    try {
      const index = await load("index");
      const wanted = new FormData(form);
      const typed = wordsOf(String(wanted.get("words")), index);
      const chosen = [...wanted].flatMap(([name, value]) => (name !== "words" && value ? [value] : []));
      const lists = await Promise.all([...typed, ...chosen].map((word) => holding(word, index)));
      if (own !== asked) return;
      const [first, ...others] = lists.sort((one, other) => one.size - other.size);
      words = typed;
      list.replaceChildren();
      more.hidden = true;
      found = [...(first?.keys() ?? [])].filter((text) => others.every((each) => each.has(text)));
      // Texts that hold the words as they were typed come first; then as they stand in the log.
      const whole = new Map(
        found.map((text) => [text, lists.filter((each) => each.get(text)).length]),
      );
      found.sort((one, other) => whole.get(other) - whole.get(one) || one - other);
      const of = `of ${number(index.texts)} texts`;
      if (!lists.length) told.textContent = `${number(index.texts)} texts`;
      else if (found.length) told.textContent = `${number(found.length)} ${of}`;
      else {
        const what = typed.length ? "holds every word" : "is";
        told.textContent = `None ${of} in the log ${what}${chosen.length ? " within these filters" : ""}`;
      }
      await show(index, own);
    } catch (error) {
      if (own !== asked) return;
      list.replaceChildren();
      more.hidden = true;
      told.textContent = `${error.message} could not be read: the folder of the pages is not whole`;
    }
  }

  let waiting;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(find, 120);
  });
  form.addEventListener("reset", () => setTimeout(find));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    find();
  });
  more.addEventListener("click", async () => {
    const item = await show(await load("index"), asked);
    item?.querySelector("a").focus();
  });
  form.hidden = false;
  document.getElementById("without").hidden = true;
  find();
})();
