"use strict";
const form = document.getElementById("filters"), cards = [...document.querySelectorAll(".card")];
for (const select of form.querySelectorAll("select")) {
  const found = new Set(cards.flatMap(card => card.dataset[select.name].split("|")));
  found.delete("");
  for (const value of [...found].sort((a, b) => a.localeCompare(b, "en", { numeric: true }))) select.add(new Option(value, value));
  select.parentElement.hidden = found.size < 2;
}
const words = cards.map(card => card.textContent.toLowerCase());
function apply() {
  const wanted = [...new FormData(form)].filter(([, value]) => value);
  let count = 0;
  cards.forEach((card, at) => {
    const fits = wanted.every(([key, value]) => key === "text"
      ? words[at].includes(value.toLowerCase()) : card.dataset[key].split("|").includes(value));
    card.hidden = !fits;
    count += fits;
  });
  document.getElementById("count").textContent = `${count} / ${cards.length}`;
}
form.addEventListener("input", apply);
form.addEventListener("reset", () => setTimeout(apply));
form.addEventListener("submit", event => event.preventDefault());
apply();
