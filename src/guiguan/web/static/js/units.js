// Registering a unit: the letter's links take along the names typed so far; the letter's page can print itself.
"use strict";

(() => {
  document.querySelectorAll("[data-unit-form]").forEach((form) => {
    const links = form.querySelectorAll("[data-letter]");
    const follow = () => {
      const names = new URLSearchParams();
      for (const field of ["name", "contact"]) {
        const typed = form.elements.namedItem(field)?.value.trim();
        if (typed) names.set(field, typed);
      }
      links.forEach((link) => {
        link.search = names.toString();
      });
    };
    form.addEventListener("input", follow);
    follow();
  });

  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
})();
