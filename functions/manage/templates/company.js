// What the issuer said stands behind the # and never leaves the browser by itself: it is handed over once, in a header.
const said = new URLSearchParams(location.hash.slice(1));
history.replaceState(null, "", location.pathname);

const tell = (heading, text) => {
  document.getElementById("heading").textContent = heading;
  // Problems are told in parts of sentences.
  document.getElementById("text").textContent = text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");
};

const token = said.get("id_token");
if (!token) {
  tell("You are not signed in.", said.get("error_description") ?? "Your company's sign-in page said nothing.");
} else {
  try {
    const answer = await fetch("/v1/sign-in/company", {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "X-Requested-With": "npsloop" },
    });
    if (answer.ok) {
      location.replace("/dashboard");
    } else {
      const problem = await answer.json().catch(() => ({}));
      tell("You are not signed in.", problem.detail ?? "Your company's account was not accepted here.");
    }
  } catch {
    tell("You are not signed in.", "npsloop did not answer. Please try again.");
  }
}
