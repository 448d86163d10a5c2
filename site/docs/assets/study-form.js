// A form for a study record, made from its JSON Schema. Everything happens in this page: nothing is sent anywhere.
"use strict";

(function () {
  const root = document.getElementById("study-form");
  if (!root) return;

  // GitHub answers longer addresses with an error; a longer record is copied or downloaded.
  const LONGEST_ADDRESS = 8000;
  const NUMBER = /^[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?$/;
  // Fields that most papers give; the other optional ones stand under "More fields".
  const COMMON = {
    Study: ["title", "n_randomised", "countries", "arms", "results"],
    Report: ["title", "author", "container_title", "issued", "doi", "pmid"],
    Name: ["family", "given"],
    Arm: ["n_randomised"],
    TimePoint: ["weeks"],
    ContinuousArm: ["sd", "se"],
    MedianArm: ["q1", "q3"],
    Contrast: ["ci_low", "ci_high", "p"],
    ContrastResult: ["arms"],
    SurvivalResult: ["arms"],
  };
  const RESULT = ["time_point"];
  // What one of these is called on a button.
  const ONE = {
    reports: "report", author: "author", arms: "arm", results: "result", countries: "country", instruments: "instrument",
    registrations: "registration", risk_of_bias: "assessment", characteristics: "characteristic", domains: "domain",
    outcomes: "outcome", acknowledged: "remark",
  };
  const START = { reports: 1, arms: 2, results: 1 };

  let schema;
  let form;
  let counter = 0;

  // ---- the schema -------------------------------------------------------------------------------------------------

  function resolved(part) {
    const nullable = part.anyOf && part.anyOf.filter((option) => option.type !== "null");
    if (nullable && nullable.length === 1) return { ...resolved(nullable[0]), ...described(part) };
    if (!part.$ref) return part;
    const name = part.$ref.split("/").pop();
    return { ...schema.$defs[name], ...described(part), name };
  }

  function described(part) {
    const kept = {};
    if (part.description) kept.description = part.description;
    if (part.examples) kept.examples = part.examples;
    if (part.default !== undefined && part.default !== null) kept.default = part.default;
    return kept;
  }

  function capitalised(text) {
    return text.charAt(0).toUpperCase() + text.slice(1);
  }

  function types(part) {
    return [].concat(part.type || []);
  }

  function words(name) {
    const text = name.replace(/_/g, " ").replace(/^n randomised$/, "people randomised").replace(/^(doi|pmid|pmcid|url|icc|sd|se)$/, (found) => found.toUpperCase());
    return text === "n" ? "people (n)" : text;
  }

  // ---- elements ---------------------------------------------------------------------------------------------------

  function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === true) made.setAttribute(name, "");
      else if (value !== false && value !== undefined) made.setAttribute(name, value);
    }
    made.append(...children);
    return made;
  }

  function button(text, action) {
    const made = element("button", { type: "button" }, text);
    made.addEventListener("click", action);
    return made;
  }

  /* What the schema gives as an example, unless it is a list or a group. */
  function exampleOf(part) {
    const first = (part.examples || [])[0];
    return ["string", "number"].includes(typeof first) ? "For example: " + first : "";
  }

  function labelled(control, text, part, required) {
    const id = control.id || "f" + (counter += 1);
    control.id = id;
    const row = element("div", { class: "field" });
    row.append(element("label", { for: id }, capitalised(text) + (required ? "" : " (optional)")), control);
    const about = [part.description, exampleOf(part)].filter(Boolean).join(" ");
    const hint = element("p", { class: "hint", id: id + "-hint" }, about);
    const fault = element("p", { class: "fault", id: id + "-fault", hidden: true });
    control.setAttribute("aria-describedby", hint.id + " " + fault.id);
    if (required) control.setAttribute("aria-required", "true");
    if (about) row.append(hint);
    else control.setAttribute("aria-describedby", fault.id);
    row.append(fault);
    return row;
  }

  // ---- nodes: each has an element, and says what was filled in, what is wrong, and what it is worth -----------------

  function node(part, name, required, path) {
    const whole = resolved(part);
    if (whole.oneOf) return choiceNode(whole, name, path);
    if (whole.enum || whole.const !== undefined) return selectNode(whole, name, required);
    if (whole.type === "object" && !whole.properties) return groupNode(whole, name, path);
    if (whole.type === "object") return objectNode(whole, name, required, path);
    if (whole.type === "array") return listNode(whole, name, required, path);
    if (whole.type === "boolean") return tickNode(whole, name);
    return textNode(whole, name, required, path);
  }

  function textNode(part, name, required, path) {
    const long = part.maxLength > 1000;
    const control = element(long ? "textarea" : "input", long ? { rows: 3 } : { type: "text", autocomplete: "off" });
    control.setAttribute("spellcheck", long ? "true" : "false");
    if (name === "date" || part.format === "date") control.setAttribute("placeholder", "2026-01-31");
    const known = { report: "reports", seen_in: "reports" }[name];
    if (known) control.setAttribute("list", "known-" + known);
    const numeric = types(part).some((type) => type === "integer" || type === "number");
    if (numeric) control.setAttribute("inputmode", "decimal");
    const reports = ids("reports");
    if (name === "report" && reports.length === 1) control.value = reports[0];
    const start = control.value;
    const typed = () => control.value.trim().replace(/\s+/g, " ").normalize("NFC");
    return {
      element: labelled(control, words(name), part, required),
      control,
      filled: () => typed() !== start,
      value: () => (typed() === "" ? undefined : numeric && NUMBER.test(typed()) ? new Printed(typed()) : typed()),
      check: (tell, wanted) => tell(control, typed() === "" ? (wanted ? "is missing" : "") : faultOf(part, typed(), path)),
    };
  }

  function faultOf(part, text, path) {
    const kinds = types(part);
    const number = Number(text);
    const free = path.includes("characteristics");
    if (kinds.includes("integer") && !kinds.includes("string") && !/^[0-9]+$/.test(text)) return "must be a whole number, such as 120";
    if (kinds.includes("number") && !free && !NUMBER.test(text)) return "must be a number, such as 5.20, with a point and nothing else";
    if (kinds.includes("integer") && kinds.includes("string") && !/^(1[5-9]|20)\d\d(-\d\d){0,2}$/.test(text)) return "must be a year, such as 2012, or a date";
    if (part.format === "date" && !/^\d{4}-\d\d-\d\d$/.test(text)) return "must be a date, such as 2026-01-31";
    if (part.minimum !== undefined && number < part.minimum) return "must be " + part.minimum + " or more";
    if (part.maximum !== undefined && number > part.maximum) return "must be " + part.maximum + " or less";
    if (part.exclusiveMinimum !== undefined && number <= part.exclusiveMinimum) return "must be greater than " + part.exclusiveMinimum;
    if (part.maxLength && text.length > part.maxLength) return "has " + text.length + " characters; at most " + part.maxLength + " are allowed";
    if (part.pattern && !new RegExp(part.pattern, "u").test(text)) return isId(part) ? "must be lower-case letters, digits and single hyphens, such as cook-2012" : "does not have the form that is wanted here";
    return "";
  }

  function isId(part) {
    return part.maxLength === 64;
  }

  function selectNode(part, name, required) {
    const options = part.enum || [part.const];
    const control = element("select");
    if (!("default" in part) && options.length > 1) control.append(element("option", { value: "" }, required ? "Choose …" : "Not given"));
    for (const option of options) control.append(element("option", { value: option }, option));
    if (part.default) control.value = part.default;
    const start = control.value;
    return {
      element: labelled(control, words(name), part, required || "default" in part),
      control,
      filled: () => control.value !== start,
      value: () => (control.value === "" || control.value === part.default ? undefined : control.value),
      check: (tell, wanted) => tell(control, wanted && control.value === "" ? "is missing" : ""),
    };
  }

  function tickNode(part, name) {
    const control = element("input", { type: "checkbox" });
    return {
      element: labelled(control, words(name), part, true),
      control,
      filled: () => control.checked,
      value: () => (control.checked ? true : undefined),
      check: () => undefined,
    };
  }

  function fieldset(title, part) {
    const made = element("fieldset", {}, element("legend", {}, capitalised(title)));
    if (part.description && part.name === undefined) made.append(element("p", { class: "hint" }, part.description));
    return made;
  }

  function objectNode(part, name, required, path, hidden) {
    const box = fieldset(words(name), part);
    const needed = part.required || [];
    const shown = [...needed, ...(COMMON[part.name] || []), ...(/Result$/.test(part.name || "") ? RESULT : [])];
    const fields = {};
    const more = element("details", {}, element("summary", {}, "More fields of " + words(name)));
    for (const [field, inner] of Object.entries(part.properties)) {
      if (field === hidden) continue;
      fields[field] = node(inner, field, needed.includes(field), [...path, field]);
      (shown.includes(field) ? box : more).append(fields[field].element);
    }
    if (more.children.length > 1) box.append(more);
    return {
      element: box,
      fields,
      filled: () => Object.values(fields).some((item) => item.filled()),
      value: () => mapping(Object.entries(fields).map(([field, item]) => [field, item.value()])),
      check: (tell, wanted) => {
        if (!wanted && !Object.values(fields).some((item) => item.filled())) return;
        for (const [field, item] of Object.entries(fields)) item.check(tell, needed.includes(field));
      },
    };
  }

  function mapping(pairs) {
    const given = pairs.filter(([, value]) => value !== undefined);
    return given.length ? new Map(given) : undefined;
  }

  // One of several kinds of the same thing, told apart by one field: the results.
  function choiceNode(part, name, path) {
    const field = part.discriminator.propertyName;
    const mapping = Object.entries(part.discriminator.mapping);
    const kinds = part.oneOf.map((option) => mapping.find(([, target]) => target === option.$ref)[0]);
    const select = element("select");
    for (const kind of kinds) select.append(element("option", { value: kind }, kind));
    const about = { description: "Which form the paper gives its figures in: people with an event are dichotomous, means continuous." };
    const place = element("div");
    const box = element("div", {}, labelled(select, "kind of data", about, true), place);
    let inner;
    const draw = () => {
      const definition = resolved({ $ref: part.discriminator.mapping[select.value] });
      inner = objectNode({ ...definition, description: undefined }, name, true, path, field);
      place.replaceChildren(inner.element);
    };
    select.addEventListener("change", draw);
    draw();
    return {
      element: box,
      filled: () => inner.filled(),
      value: () => {
        const given = inner.value() || new Map();
        const { outcome, ...rest } = Object.fromEntries(given);
        return new Map([...(outcome === undefined ? [] : [["outcome", outcome]]), [field, select.value], ...Object.entries(rest)]);
      },
      check: (tell, wanted) => inner.check(tell, wanted),
    };
  }

  // Items one below the other, each with a button that takes it away.
  function items(box, one, make) {
    const rows = [];
    const place = element("div", { class: "items" });
    const add = button("Add " + one, () => append(true));
    box.append(place, add);
    function append(focus) {
      const row = make(rows.length);
      const line = element("div", { class: "item" }, row.element);
      line.append(button("Remove " + one + " " + (rows.length + 1), () => {
        rows.splice(rows.indexOf(row), 1);
        line.remove();
        add.focus();
      }));
      rows.push(row);
      place.append(line);
      if (focus) line.querySelector("input, select, textarea").focus();
      return row;
    }
    return { rows, append };
  }

  function listNode(part, name, required, path) {
    const box = fieldset(words(name) + (required ? "" : " (optional)"), part);
    const one = ONE[name] || "item";
    const many = items(box, one, () => node(part.items, one, true, [...path, "0"]));
    const count = START[path.join(".")] || 0;
    for (let index = 0; index < count; index += 1) many.append(false);
    const given = () => many.rows.filter((row) => row.filled());
    return {
      element: box,
      rows: many.rows,
      filled: () => given().length > 0,
      value: () => (given().length ? given().map((row) => row.value()) : undefined),
      check: (tell, wanted) => {
        const rows = wanted && !given().length ? many.rows.slice(0, 1) : given();
        for (const row of rows) row.check(tell, true);
      },
    };
  }

  // A group whose fields the editor names: the arms of a result by the ids of the study's arms, for example.
  function groupNode(part, name, path) {
    const box = fieldset(words(name), part);
    const one = ONE[name] || "entry";
    const ofResult = name === "arms";
    const [[pattern, value]] = Object.entries(part.patternProperties || { "": part.additionalProperties });
    const keyPart = { type: "string", ...part.propertyNames, ...(pattern && { pattern }), description: ofResult ? "The id of one of the study's arms." : undefined };
    const many = items(box, one, () => {
      const key = textNode(keyPart, ofResult ? "arm" : "name", true, path);
      if (ofResult) key.control.setAttribute("list", "known-arms");
      const inner = node(value, ofResult ? "figures of this arm" : one, true, [...path, "*"]);
      return {
        key,
        inner,
        element: element("div", {}, key.element, inner.element),
        filled: () => inner.filled(),
        check: (tell) => {
          key.check(tell, true);
          inner.check(tell, true);
          if (ofResult) checkTogether(tell, inner.fields);
          if (ofResult && key.filled() && !ids("arms").includes(key.value())) tell(key.control, "is not the id of an arm above");
        },
      };
    });
    if (ofResult) for (const id of ids("arms")) many.append(false).key.control.value = id;
    return {
      element: box,
      filled: () => many.rows.some((row) => row.filled()),
      value: () => mapping(many.rows.filter((row) => row.filled()).map((row) => [String(row.key.value() || ""), row.inner.value()])),
      check: (tell, wanted) => {
        const rows = many.rows.filter((row) => row.filled());
        if (wanted && !rows.length && many.rows.length) many.rows[0].check(tell);
        else if (wanted && !rows.length) tell(box.querySelector("button"), "needs at least one entry");
        for (const row of rows) row.check(tell);
      },
    };
  }

  // What two figures of an arm show only together.
  function checkTogether(tell, fields) {
    const number = (name) => (fields[name] && fields[name].filled() ? Number(fields[name].control.value) : undefined);
    if (number("events") > number("n")) tell(fields.events.control, "cannot be more than the people in whom they were counted");
    const lacks = (first, ...others) => first in fields && ![first, ...others].some((name) => fields[name].filled());
    if ("mean" in fields && lacks("sd", "se", "ci_low")) tell(fields.sd.control, "is missing; instead, give se, or ci low and ci high");
    if ("median" in fields && lacks("q1", "minimum")) tell(fields.q1.control, "is missing; with q3, or minimum and maximum instead");
  }

  function ids(name) {
    const list = form && form.fields[name];
    if (!list || !list.rows) return [];
    return list.rows.map((row) => row.fields.id.value()).filter((id) => typeof id === "string");
  }

  // ---- YAML -------------------------------------------------------------------------------------------------------

  // A figure with the digits that the paper prints.
  function Printed(text) {
    this.text = text;
  }

  const PLAIN = /^[A-Za-z](?:[A-Za-z0-9 ().,/'-]*[A-Za-z0-9).])?$/;
  const WORDS = /^(null|true|false|yes|no|on|off|y|n)$/i;

  function scalar(value) {
    if (value instanceof Printed) return value.text;
    if (typeof value === "boolean") return String(value);
    return PLAIN.test(value) && !WORDS.test(value) ? value : JSON.stringify(value);
  }

  function yaml(value, indent) {
    const space = " ".repeat(indent);
    if (value instanceof Map) return [...value].map(([name, item]) => space + entry(scalar(name), item, indent)).join("");
    return value.map((item) => {
      if (!(item instanceof Map)) return space + "- " + scalar(item) + "\n";
      return space + "- " + yaml(item, indent + 2).slice(indent + 2);
    }).join("");
  }

  function entry(name, value, indent) {
    const below = value instanceof Map || Array.isArray(value);
    return below ? name + ":\n" + yaml(value, indent + 2) : name + ": " + scalar(value) + "\n";
  }

  // ---- checking and handing over ----------------------------------------------------------------------------------

  function problems() {
    const found = [];
    for (const old of root.querySelectorAll("[aria-invalid]")) {
      old.removeAttribute("aria-invalid");
      const line = document.getElementById(old.id + "-fault");
      if (line) line.hidden = true;
    }
    form.check((control, fault) => {
      if (!fault || control.hasAttribute("aria-invalid")) return;
      const label = root.querySelector('label[for="' + control.id + '"]');
      const name = label ? label.textContent.replace(" (optional)", "") : control.textContent;
      const line = document.getElementById(control.id + "-fault");
      control.setAttribute("aria-invalid", "true");
      if (line) {
        line.textContent = name + " " + fault;
        line.hidden = false;
      }
      const group = control.closest("fieldset").querySelector("legend").textContent;
      found.push({ control, text: group.replace(" (optional)", "") + ": " + name + " " + fault });
    }, true);
    return found;
  }

  function showProblems(box, found) {
    box.replaceChildren();
    box.hidden = !found.length;
    if (!found.length) return;
    const title = found.length === 1 ? "One thing is still to be done" : found.length + " things are still to be done";
    const list = element("ul");
    for (const { control, text } of found) {
      const link = element("a", { href: "#" + control.id }, text);
      link.addEventListener("click", (event) => {
        event.preventDefault();
        for (let up = control.closest("details"); up; up = up.parentElement.closest("details")) up.open = true;
        control.focus();
      });
      list.append(element("li", {}, link));
    }
    box.append(element("h2", {}, title), list);
    box.focus();
  }

  function address(repository, id, text) {
    const query = new URLSearchParams({ filename: "studies/" + id + ".yaml", value: text });
    return "https://github.com/" + repository + "/new/main?" + query;
  }

  function handOver() {
    const output = element("textarea", { id: "study-yaml", rows: 20, readonly: true, spellcheck: "false" });
    const repository = element("input", { id: "study-repository", type: "text", autocomplete: "off", spellcheck: "false" });
    repository.value = root.dataset.repository || "";
    const link = element("a", { class: "md-button", rel: "noopener", hidden: true }, "Open GitHub with this record filled in");
    const status = element("p", { role: "status" });
    let id = "study";

    const say = (text) => {
      status.textContent = text;
    };
    const linkIt = () => {
      const name = repository.value.trim().replace(/^https:\/\/github\.com\//, "").replace(/\/$/, "");
      const target = address(name, id, output.value);
      const sound = /^[A-Za-z0-9-]+\/[A-Za-z0-9._-]+$/.test(name);
      link.hidden = !sound || target.length > LONGEST_ADDRESS;
      if (link.hidden) link.removeAttribute("href");
      else link.setAttribute("href", target);
      if (sound && target.length > LONGEST_ADDRESS) say("This record is too long for a link. Copy or download it instead.");
    };
    repository.addEventListener("input", linkIt);

    const copy = button("Copy the record", async () => {
      try {
        await navigator.clipboard.writeText(output.value);
        say("Copied.");
      } catch {
        output.select();
        say("The text is selected; copy it with your keyboard.");
      }
    });
    const save = button("Download the record as a file", () => {
      const target = URL.createObjectURL(new Blob([output.value], { type: "application/yaml" }));
      const made = element("a", { href: target, download: id + ".yaml" });
      made.click();
      URL.revokeObjectURL(target);
      say(id + ".yaml was downloaded.");
    });

    const box = element("section", { hidden: true, "aria-labelledby": "study-done" });
    box.append(
      element("h2", { id: "study-done", tabindex: "-1" }, "The record"),
      element("div", { class: "field" }, element("label", { for: output.id }, "Put this into the folder studies, or open it on GitHub"), output),
      element("p", { class: "actions" }, copy, save),
      element("div", { class: "field" }, element("label", { for: repository.id }, "GitHub repository, as owner/name"), repository),
      element("p", {}, link),
      status,
    );
    return {
      element: box,
      show: (text, name) => {
        output.value = text;
        id = name;
        box.hidden = false;
        say("");
        linkIt();
        document.getElementById("study-done").focus();
      },
      hide: () => {
        box.hidden = true;
      },
    };
  }

  // ---- the page ---------------------------------------------------------------------------------------------------

  function lists() {
    return ["arms", "reports"].map((name) => element("datalist", { id: "known-" + name }));
  }

  function refresh() {
    for (const name of ["arms", "reports"]) {
      const list = document.getElementById("known-" + name);
      list.replaceChildren(...ids(name).map((id) => element("option", { value: id })));
    }
  }

  function suggestId() {
    const { id, label } = form.fields;
    let own = false;
    id.control.addEventListener("input", () => {
      own = true;
    });
    label.control.addEventListener("input", () => {
      if (own) return;
      const plain = label.control.value.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
      id.control.value = plain.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 64);
    });
  }

  // The ids of the first arms are short and what most people would choose; each can be changed.
  function prepareArms() {
    const roles = ["intervention", "comparator"];
    form.fields.arms.rows.forEach((row, index) => {
      row.fields.role.control.value = roles[index] || "";
      row.fields.id.control.value = roles[index] || "";
    });
    form.fields.reports.rows[0].fields.id.control.value = "main";
  }

  function start(loaded) {
    schema = loaded;
    const whole = { ...schema, name: "Study", description: undefined };
    root.replaceChildren(...lists());
    // Results are drawn after the arms are there, since their figures are asked for by arm.
    const later = { ...whole, properties: { ...whole.properties } };
    delete later.properties.results;
    form = objectNode(later, "study", true, []);
    prepareArms();
    form.fields.results = node(whole.properties.results, "results", false, ["results"]);
    form.fields.arms.element.after(form.fields.results.element);
    suggestId();
    const faults = element("div", { class: "faults", role: "alert", tabindex: "-1", hidden: true });
    const done = handOver();
    const page = element("form", { novalidate: true, "aria-label": "Study record" }, form.element, faults);
    page.append(element("p", { class: "actions" }, element("button", { type: "submit" }, "Make the record")), done.element);
    page.addEventListener("input", refresh);
    page.addEventListener("submit", (event) => {
      event.preventDefault();
      const found = problems();
      showProblems(faults, found);
      if (found.length) {
        done.hide();
        return;
      }
      const record = inOrder(form.value(), Object.keys(whole.properties));
      const line = "# yaml-language-server: $schema=../schema/study.schema.json\n";
      done.show(line + yaml(record, 0), record.get("id"));
    });
    root.append(page);
    refresh();
  }

  function inOrder(record, names) {
    return new Map(names.filter((name) => record.has(name)).map((name) => [name, record.get(name)]));
  }

  fetch(root.dataset.schema)
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))))
    .then(start)
    .catch((error) => {
      console.error(error);
      root.replaceChildren(element("p", { role: "alert" }, "The form could not be loaded. Copy a record of the same kind instead."));
    });
})();
