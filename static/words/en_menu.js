// English: nothing in; the words of the menu, which are there when the page loads, out. The others are in en.js.
define([], function () {
    "use strict";

    return {
        strings: {
            menu: "PrimeHub",
            menu_submit: "Submit Notebook as Job…",
            menu_jobs: "Jobs…",
            menu_origin: "Where did this come from?",
            menu_token: "API Token…",
            menu_help: "Help",
            opens_new_tab: "opens in a new tab",
            loading: "Loading…",
            not_there: "PrimeHub could not be loaded. Click here if you have to log in, or to start your server; " +
                "then choose it again."
        }
    };
});
