// Words about comparing: the same as jobs.js, with the sentences that are fetched when somebody compares.
define(["./jobs", "./en_compare"], function (words, language) {
    "use strict";

    words.add(language);
    return words;
});
