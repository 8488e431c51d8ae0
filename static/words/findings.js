// Words about findings: the same as index.js, with the sentences that are fetched with the submit dialog.
define(["./index", "./en_findings"], function (words, language) {
    "use strict";

    words.add(language);
    return words;
});
