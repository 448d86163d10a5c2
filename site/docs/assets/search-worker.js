// Answers what is typed into the theme's search, from an index that was divided when the site was built: it loads the
// files that hold the words asked for, and the titles and texts of the pages it shows. Nothing is loaded before.
"use strict";

(function () {
  const SETUP = 0, READY = 1, QUERY = 2, RESULT = 3;
  // So many pages are shown; whoever wants others adds a word.
  const MOST_SHOWN = 30;
  // Shorter words count only as they are; longer ones may also be the beginning of a word.
  const FEWEST_LETTERS = 3;
  // A word that is found nowhere is tried without its ending: plurals, misspelt ends.
  const FEWEST_KEPT = 4, MOST_CUT = 3;
  const IN_TITLE = 4, WHOLE_WORD = 1.25;
  // A page must have what matters of the words asked for; rare words matter, "the" hardly does.
  const SHARE = 0.9;
  const EXCERPT = 240, BEFORE = 60;

  const folder = new URL("../search/", self.location.href);
  let opened = null;
  let latest = 0;

  // ---- files ----

  async function fetched(name, options) {
    const answer = await fetch(new URL(name, folder), options);
    if (!answer.ok) throw new Error(name + ": " + answer.status);
    return answer.json();
  }

  // One edition of the index: what it consists of, and its files, each loaded once.
  async function edition() {
    // The edition on the server may be newer than one that the browser remembers.
    const parts = await fetched("parts.json", { cache: "no-cache" });
    const files = new Map();
    const file = (name) => {
      if (!files.has(name)) files.set(name, fetched(parts.edition + "/" + name));
      return files.get(name);
    };
    return { parts, file };
  }

  // ---- words ----

  function plain(text) {
    return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  }

  function wordsOf(text) {
    return Array.from(new Set(plain(text).match(/[\p{L}\p{N}]+/gu) || []));
  }

  // The words of the index that a term stands for, with the pages that hold them.
  async function lookedUp({ parts, file }, term) {
    const begins = term.length >= FEWEST_LETTERS;
    let first = 0;
    while (first + 1 < parts.words.length && parts.words[first + 1] <= term) first += 1;
    let last = first;
    while (begins && last + 1 < parts.words.length && parts.words[last + 1].startsWith(term)) last += 1;
    const names = [];
    for (let number = first; number <= last; number += 1) names.push("words-" + number + ".json");
    const found = [];
    for (const words of await Promise.all(names.map(file))) {
      for (const word of Object.keys(words)) {
        if (word === term || (begins && word.startsWith(term))) found.push([word, words[word]]);
      }
    }
    return found;
  }

  // A term with its weight on each page; without its ending where it is found nowhere.
  async function weighed(index, term) {
    let kept = term, found = await lookedUp(index, kept);
    while (!found.length && kept.length > FEWEST_KEPT && term.length - kept.length < MOST_CUT) {
      kept = kept.slice(0, -1);
      found = await lookedUp(index, kept);
    }
    const weights = new Map();
    let common = "", most = 0;
    for (const [word, steps] of found) {
      let value = 0;
      for (const step of steps) {
        value += step;
        const page = value >> 1;
        const weight = (value & 1 ? IN_TITLE : 1) * (word === term ? WHOLE_WORD : 1);
        if (weight > (weights.get(page) || 0)) weights.set(page, weight);
      }
      if (steps.length > most) [common, most] = [word, steps.length];
    }
    return { term, kept, weights, common, rarity: Math.log(1 + index.parts.pages / (1 + weights.size)) };
  }

  // ---- pages ----

  function ranked(terms) {
    const scores = new Map();
    for (const { weights, rarity } of terms) {
      for (const [page, weight] of weights) {
        const score = scores.get(page) || { held: 0, score: 0 };
        score.held += rarity;
        score.score += rarity * weight;
        scores.set(page, score);
      }
    }
    let best = 0;
    for (const { held } of scores.values()) best = Math.max(best, held);
    return Array.from(scores)
      .filter(([, score]) => score.held >= SHARE * best)
      .sort(([page, score], [other, its]) => its.score - score.score || page - other)
      .slice(0, MOST_SHOWN)
      .map(([page, { score }]) => ({ page, score }));
  }

  function escaped(text) {
    return text.replace(/[&<>"']/g, (letter) => "&#" + letter.charCodeAt(0) + ";");
  }

  function fits(word, terms) {
    return terms.some((term) => (term.length < FEWEST_LETTERS ? word === term : word.startsWith(term)));
  }

  // A text as HTML, with the words marked that were asked for.
  function marked(text, terms) {
    let html = "", end = 0;
    for (const match of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
      const word = escaped(match[0]);
      html += escaped(text.slice(end, match.index)) + (fits(plain(match[0]), terms) ? "<mark>" + word + "</mark>" : word);
      end = match.index + match[0].length;
    }
    return html + escaped(text.slice(end));
  }

  // The beginning of a long text, or the part around the first word that was asked for.
  function excerpt(text, terms) {
    if (text.length <= EXCERPT) return text;
    let at = 0;
    for (const match of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
      if (fits(plain(match[0]), terms)) {
        at = match.index;
        break;
      }
    }
    const start = at <= EXCERPT - BEFORE ? 0 : text.indexOf(" ", at - BEFORE) + 1;
    const stop = text.lastIndexOf(" ", start + EXCERPT);
    const end = text.length <= start + EXCERPT ? text.length : stop > start ? stop : start + EXCERPT;
    return (start ? "… " : "") + text.slice(start, end) + (end < text.length ? " …" : "");
  }

  function item([location, title, text], terms, score) {
    const asked = terms.map(({ kept }) => kept);
    const words = wordsOf(title + " " + text);
    const held = terms.map(({ term, kept }) => [term, words.some((word) => fits(word, [kept]))]);
    const shown = text ? "<p>" + marked(excerpt(text, asked), asked) + "</p>" : "";
    return { location, title: marked(title, asked), text: shown, score, terms: Object.fromEntries(held) };
  }

  // A page as the theme shows it: itself, sections that hold all words, and sections that hold some.
  function group([location, title, text, sections], terms, score) {
    const page = item([location, title, text], terms, score);
    const found = sections.map((section) => item(section, terms, score)).filter((one) => Object.values(one.terms).some(Boolean));
    for (const section of found) {
      if (!Object.values(section.terms).every(Boolean)) section.score = score / 2;
    }
    // What a section holds is not missing from the page.
    for (const section of found) for (const term of Object.keys(page.terms)) page.terms[term] ||= section.terms[term];
    return [page, ...found.sort((one, other) => other.score - one.score)];
  }

  async function answered(query) {
    opened ||= edition();
    const index = await opened;
    const terms = await Promise.all(wordsOf(query).map((term) => weighed(index, term)));
    const best = ranked(terms);
    const { pages_per_file: size } = index.parts;
    const shown = await Promise.all(best.map(({ page }) => index.file("pages-" + Math.floor(page / size) + ".json")));
    const items = best.map(({ page, score }, place) => group(shown[place][page % size], terms, score));
    const typed = terms.length ? terms[terms.length - 1] : null;
    return { items, suggest: typed && typed.common.startsWith(typed.term) ? [typed.common] : [] };
  }

  async function answer(query) {
    latest += 1;
    const number = latest;
    let data = { items: [] };
    // Once more where it fails: the site may have been published anew, and its parts have other names.
    for (let tries = 2; tries && wordsOf(query).length; tries -= 1) {
      try {
        data = await answered(query);
        break;
      } catch (error) {
        opened = null;
        if (tries === 1) console.warn(String(error));
      }
    }
    if (number === latest) self.postMessage({ type: RESULT, data });
  }

  self.addEventListener("message", ({ data }) => {
    if (data.type === SETUP) self.postMessage({ type: READY });
    else if (data.type === QUERY) answer(data.data);
  });
})();
