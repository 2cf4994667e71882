// On every page: say that scripts run, bring a refusal to the eye, stop double presses, print.

document.documentElement.classList.add("js");

const refusal = document.querySelector<HTMLElement>("[data-focus]");
if (refusal) {
  refusal.focus();
  refusal.scrollIntoView({ block: "center" });
}

function release(form: HTMLFormElement): void {
  delete form.dataset.sent;
  form.querySelectorAll(".busy").forEach((button) => button.classList.remove("busy"));
}

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (form.dataset.once === undefined || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  form.querySelectorAll("button[type=submit]").forEach((button) => button.classList.add("busy"));
});

// A page that comes back from the browser's memory must be usable again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll<HTMLFormElement>("form[data-sent]").forEach(release);
});

document.addEventListener("click", (event) => {
  if ((event.target as HTMLElement).closest("[data-print]")) window.print();
});
