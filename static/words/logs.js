// Words about what a job writes and uses: the same as index.js, with the sentences that are fetched with these tabs.
define(["./index", "./en_logs"], function (words, language) {
    "use strict";

    words.add(language);
    return words;
});
