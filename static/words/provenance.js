// Words about where a notebook comes from: the same as index.js, with the sentences that are fetched with its dialog.
define(["./jobs", "./en_provenance"], function (words, language) {
    "use strict";

    words.add(language);
    return words;
});
