// Words about jobs: the same as index.js, with the sentences that are fetched with the jobs dialog.
define(["./index", "./en_jobs"], function (words, language) {
    "use strict";

    words.add(language);
    return words;
});
